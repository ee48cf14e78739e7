# The libraries for users, and `cmake --install`.
#
#   libbelljar.so.0   our objects and what they need; shows what exports.map names
#   libbelljar.a      the same as one relocatable object in an archive: nothing else is needed beside the C++ library, and
#                     what it carries of Wasmtime, curl, zstd, libsodium and Rust has no names that could meet a user's own
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

add_library(belljar_shared SHARED $<TARGET_OBJECTS:belljar_core> $<TARGET_OBJECTS:belljar>)
set_target_properties(belljar_shared PROPERTIES
  OUTPUT_NAME belljar VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} LINKER_LANGUAGE CXX
  LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/exports.map)
target_link_libraries(belljar_shared PRIVATE wasmtime_runtime ${THIRD_PARTY_STATIC})
# nodelete: its fault handlers and threads outlive a dlclose.
target_link_options(belljar_shared PRIVATE
  -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/exports.map -Wl,--exclude-libs,ALL -Wl,-Bsymbolic
  -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,-z,nodelete -Wl,--gc-sections -s)

set(STATIC_ARCHIVE ${CMAKE_BINARY_DIR}/libbelljar.a)
add_custom_command(
  OUTPUT ${STATIC_ARCHIVE}
  COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/scripts/static_library.py --out ${STATIC_ARCHIVE}
    --names-of $<TARGET_FILE:belljar_shared> $<TARGET_OBJECTS:belljar_core> $<TARGET_OBJECTS:belljar>
    $<TARGET_FILE:wasmtime_runtime> ${THIRD_PARTY_STATIC}
  DEPENDS ${PROJECT_SOURCE_DIR}/scripts/static_library.py belljar_shared belljar_core belljar
  COMMENT "Making libbelljar.a" COMMAND_EXPAND_LISTS VERBATIM)

set(COMPLETIONS ${CMAKE_BINARY_DIR}/completions)
foreach(SHELL bash zsh fish)
  add_custom_command(
    OUTPUT ${COMPLETIONS}/${SHELL}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${COMPLETIONS}
    COMMAND belljar_cli completion ${SHELL} > ${COMPLETIONS}/${SHELL}
    DEPENDS belljar_cli VERBATIM)
endforeach()
add_custom_target(belljar_installed ALL
  DEPENDS ${STATIC_ARCHIVE} ${COMPLETIONS}/bash ${COMPLETIONS}/zsh ${COMPLETIONS}/fish)

configure_package_config_file(cmake/belljarConfig.cmake.in ${CMAKE_BINARY_DIR}/cmake/belljarConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/belljar PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
# Before 1.0 a minor version may change anything.
write_basic_package_version_file(${CMAKE_BINARY_DIR}/cmake/belljarConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
file(RELATIVE_PATH PREFIX_FROM_PKGCONFIG
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/belljar.pc.in ${CMAKE_BINARY_DIR}/cmake/belljar.pc @ONLY)

install(TARGETS belljar_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS belljar_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${STATIC_ARCHIVE} DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/belljar DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES ${CMAKE_BINARY_DIR}/cmake/belljarConfig.cmake ${CMAKE_BINARY_DIR}/cmake/belljarConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/belljar)
install(FILES ${CMAKE_BINARY_DIR}/cmake/belljar.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES docs/man/belljar.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES LICENSE-MIT LICENSE-APACHE NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${COMPLETIONS}/bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME belljar)
install(FILES ${COMPLETIONS}/zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _belljar)
install(FILES ${COMPLETIONS}/fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME belljar.fish)
