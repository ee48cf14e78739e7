/* The guest's code, base image and standard library as page-aligned sections, so that they are used where the loader
 * maps them. The code lies in an executable section: making it runnable asks the kernel for nothing. */

.section .belljar.code, "ax", @progbits
.balign 4096
.globl belljar_code, belljar_code_end
.hidden belljar_code, belljar_code_end
belljar_code: .incbin BELLJAR_CODE_FILE
belljar_code_end:
.balign 4096

.section .belljar.data, "a", @progbits
.balign 4096
.globl belljar_image, belljar_image_end, belljar_library, belljar_library_end
.hidden belljar_image, belljar_image_end, belljar_library, belljar_library_end
belljar_image: .incbin BELLJAR_IMAGE_FILE
belljar_image_end:
.balign 4096
belljar_library: .incbin BELLJAR_LIBRARY_FILE
belljar_library_end:
.balign 4096

.section .note.GNU-stack, "", @progbits
