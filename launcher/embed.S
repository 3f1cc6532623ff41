/*
 * embed.S: nsinit's program in nslaunch's read-only data. NSINIT is its path, from the Makefile.
 */
	.section .rodata
	.global image_embedded, image_embedded_bytes
	.balign 16
image_embedded:
	.incbin NSINIT
0:
	.balign 4
image_embedded_bytes:
	.int 0b - image_embedded
	.section .note.GNU-stack, "", %progbits
