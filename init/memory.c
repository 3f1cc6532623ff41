/*
 * memory.c: a stack of mappings that is only ever added to. Runs in both programs, while options
 * are read.
 */
#include "memory.h"

#include <errno.h>
#include <stdalign.h>
#include <sys/mman.h>

#include "message.h"

enum { CHUNK_BYTES = 64 * 1024 };

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
