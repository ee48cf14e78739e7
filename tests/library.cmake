# The libraries as their users see them, through the shared one where there is one.

# Each public header stands alone and may come twice, in C++20 without extensions; the C one in C11, too.
file(GLOB PUBLIC_HEADERS CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include
  ${PROJECT_SOURCE_DIR}/include/belljar/*.h ${PROJECT_SOURCE_DIR}/include/belljar/c/*.h)
foreach(HEADER ${PUBLIC_HEADERS})
  string(REPLACE "/" "_" NAME ${HEADER})
  file(CONFIGURE OUTPUT headers/${NAME}.cc CONTENT "#include <${HEADER}>\n#include <${HEADER}>\n")
  list(APPEND HEADER_SOURCES ${CMAKE_CURRENT_BINARY_DIR}/headers/${NAME}.cc)
endforeach()
file(CONFIGURE OUTPUT headers/belljar.c CONTENT "#include <belljar/c/belljar.h>\n#include <belljar/c/belljar.h>\n")
add_library(public_headers OBJECT ${HEADER_SOURCES} ${CMAKE_CURRENT_BINARY_DIR}/headers/belljar.c)
set_target_properties(public_headers PROPERTIES CXX_EXTENSIONS OFF)
target_include_directories(public_headers PRIVATE ${PROJECT_SOURCE_DIR}/include)
target_compile_options(public_headers PRIVATE -Werror $<$<COMPILE_LANGUAGE:C>:-Wpedantic>)

# The C interface, from C.
set(LIBRARY_FOR_USERS $<IF:$<TARGET_EXISTS:belljar_shared>,belljar_shared,belljar>)
add_executable(c_api_tests c_api_test.c c_api_bad_input_test.c c_api_files_test.c c_api_grants_test.c)
target_include_directories(c_api_tests PRIVATE ${PROJECT_SOURCE_DIR}/include)
target_compile_definitions(c_api_tests PRIVATE _POSIX_C_SOURCE=200809L)
target_compile_options(c_api_tests PRIVATE -Wpedantic -Werror)
target_link_libraries(c_api_tests PRIVATE ${LIBRARY_FOR_USERS} Threads::Threads m)
add_test(NAME c_api COMMAND c_api_tests)
set_tests_properties(c_api PROPERTIES
  TIMEOUT 300 ENVIRONMENT "TSAN_OPTIONS=report_signal_unsafe=0:die_after_fork=0")

file(GLOB EXAMPLES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/*.cc ${PROJECT_SOURCE_DIR}/examples/*.c)
foreach(EXAMPLE ${EXAMPLES})
  get_filename_component(NAME ${EXAMPLE} NAME)
  string(REPLACE "." "_" NAME ${NAME})
  add_executable(example_${NAME} ${EXAMPLE})
  set_target_properties(example_${NAME} PROPERTIES OUTPUT_NAME ${NAME} RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/examples)
  target_include_directories(example_${NAME} PRIVATE ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(example_${NAME} PRIVATE ${LIBRARY_FOR_USERS})
endforeach()
add_test(NAME examples COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/examples_test.py)
set_tests_properties(examples PROPERTIES TIMEOUT 300 ENVIRONMENT
  "BELLJAR_HOST_BUILD=${CMAKE_BINARY_DIR};TSAN_OPTIONS=report_signal_unsafe=0:die_after_fork=0")

# What the libraries show, and what is installed.
if(NOT BELLJAR_SANITIZE)
  foreach(PART abi install)
    add_test(NAME ${PART} COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/${PART}/${PART}_test.py)
    set_tests_properties(${PART} PROPERTIES TIMEOUT 300 ENVIRONMENT "BELLJAR_HOST_BUILD=${CMAKE_BINARY_DIR}")
  endforeach()
endif()
