/*
 * memory.c: memory that is only ever added to. Runs in both programs, while options are read.
 *
 * It begins in the program's own data, most of it in a page that is written to anyway: a mapping
 * of its own costs a fault, and page tables that weigh more than what is in it.
 */
#include "memory.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "message.h"

enum { FIRST_BYTES = 3 * 1024, CHUNK_BYTES = 64 * 1024 };
/* As deep as the start may have been; and what is still in use below a frame's address. */
enum { STACK_BYTES = 64 * 1024, FRAME_BYTES = 1024 };

/* A mapping for what does not fit. Its untouched pages cost nothing, so it may be generous. */
struct chunk {
	struct chunk *before;
	size_t bytes;
};

/*
 * Common, and so put behind all other data by the linker: what is used of it shares the page that
 * those are in. nsinit's end with that page, so that the kernel has no second mapping to make for them.
 */
__attribute__((common)) alignas(max_align_t) char memory_first[FIRST_BYTES];

static char *next = memory_first, *limit = memory_first + sizeof(memory_first);
static struct chunk *newest;

static size_t aligned(size_t bytes)
{
	return (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

static void map_chunk(size_t least)
{
	size_t bytes = aligned(sizeof(struct chunk)) + least;
	struct chunk *chunk;

	if (bytes < CHUNK_BYTES)
		bytes = CHUNK_BYTES;
	chunk = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (chunk == MAP_FAILED)
		die_errno("cannot take memory for the options");
	chunk->before = newest;
	chunk->bytes = bytes;
	newest = chunk;
	next = (char *)chunk + aligned(sizeof(*chunk));
	limit = (char *)chunk + bytes;
}

void *memory_take(size_t bytes)
{
	void *taken;

	bytes = aligned(bytes);
	if ((size_t)(limit - next) < bytes)
		map_chunk(bytes);
	taken = next;
	next += bytes;
	return taken;
}

char *memory_keep(const char *text)
{
	size_t bytes = strlen(text) + 1;

	return memcpy(memory_take(bytes), text, bytes);
}

void memory_give_back(void *taken, size_t used)
{
	next = (char *)taken + aligned(used);
}

void memory_release(void)
{
	uintptr_t page = (uintptr_t)getpagesize();
	uintptr_t whole = ((uintptr_t)memory_first + page - 1) & -page;
	uintptr_t end = ((uintptr_t)memory_first + sizeof(memory_first)) & -page;

	/* The pages that hold nothing else. They may be taken again, as zeroes. */
	if (whole < end)
		madvise((void *)whole, end - whole, MADV_DONTNEED);
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
