/*
 * embed.S: nsinit's program in nslaunch's read-only data. NSINIT is its path, from the Makefile.
 */
	.section .rodata
	.global image_embedded, image_embedded_end
	.balign 16
image_embedded:
	.incbin NSINIT
image_embedded_end:
	.section .note.GNU-stack, "", %progbits
