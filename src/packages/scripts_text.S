/* The programs of src/packages as text. */

.section .rodata.belljar.scripts, "a", @progbits
.globl belljar_resolve_script, belljar_resolve_script_end
.globl belljar_unpack_script, belljar_unpack_script_end
.globl belljar_scan_script, belljar_scan_script_end
.globl belljar_ctypes_module, belljar_ctypes_module_end
.hidden belljar_ctypes_module, belljar_ctypes_module_end
.hidden belljar_resolve_script, belljar_resolve_script_end
.hidden belljar_unpack_script, belljar_unpack_script_end
.hidden belljar_scan_script, belljar_scan_script_end
belljar_resolve_script: .incbin BELLJAR_RESOLVE_FILE
belljar_resolve_script_end:
belljar_unpack_script: .incbin BELLJAR_UNPACK_FILE
belljar_unpack_script_end:
belljar_scan_script: .incbin BELLJAR_SCAN_FILE
belljar_scan_script_end:
belljar_ctypes_module: .incbin BELLJAR_CTYPES_FILE
belljar_ctypes_module_end:

.section .note.GNU-stack, "", @progbits
