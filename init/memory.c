/*
 * memory.c: a stack of mappings that is only ever added to. Runs in both programs, while options
 * are read.
 */
#include "memory.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdalign.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "message.h"

enum { CHUNK_BYTES = 64 * 1024 };
/* As deep as the start may have been; and what is still in use below a frame's address. */
enum { STACK_BYTES = 64 * 1024, FRAME_BYTES = 1024 };

struct chunk {
	struct chunk *before;
	size_t bytes;
	size_t used;
};

static struct chunk *newest;

/* Untouched pages of a mapping cost nothing, so a chunk may be generous. */
static struct chunk *chunk_map(size_t least)
{
	size_t bytes = least > CHUNK_BYTES ? least : CHUNK_BYTES;
	struct chunk *chunk =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (chunk == MAP_FAILED)
		die_errno("cannot take memory for the options");
	chunk->before = newest;
	chunk->bytes = bytes;
	chunk->used = sizeof(*chunk);
	return chunk;
}

void *memory_take(size_t bytes)
{
	void *taken;

	bytes = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (!newest || newest->bytes - newest->used < bytes)
		newest = chunk_map(bytes + sizeof(struct chunk));
	taken = (char *)newest + newest->used;
	newest->used += bytes;
	return taken;
}

void memory_release(void)
{
	while (newest) {
		struct chunk *chunk = newest;

		newest = chunk->before;
		munmap(chunk, chunk->bytes);
	}
}

/*
 * A page of a file comes with its neighbours, up to 16, as far as their mapping goes. So every
 * other page is made a mapping of its own, by an advice that changes nothing else for one page.
 */
static void leave_code(uintptr_t start, uintptr_t end, uintptr_t page)
{
	for (uintptr_t at = start; at < end; at += 2 * page)
		madvise((void *)at, page, MADV_RANDOM);
	madvise((void *)start, end - start, MADV_DONTNEED);
}

void memory_leave_start(void)
{
	extern const char __ehdr_start[]; /* the linker's */
	const ElfW(Phdr) *segment = (const void *)(__ehdr_start + sizeof(ElfW(Ehdr)));
	uintptr_t page = (uintptr_t)getpagesize();
	uintptr_t below = ((uintptr_t)__builtin_frame_address(0) - FRAME_BYTES) & -page;

	/* What is not mapped, where the stack is not that deep, does no harm. */
	madvise((void *)(below - STACK_BYTES), STACK_BYTES, MADV_DONTNEED);
	/* The program's first segment is its code and constants, and has these headers in it. */
	if (segment->p_type == PT_LOAD && !(segment->p_flags & PF_W))
		leave_code((uintptr_t)__ehdr_start, segment->p_vaddr + segment->p_memsz, page);
}
