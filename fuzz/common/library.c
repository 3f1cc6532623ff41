/*
 * library.c: see library.h. Each block is malloc(3)'s, with its place in the list of all in front.
 */
#include "library.h"

#undef malloc
#undef calloc
#undef realloc
#undef strdup
#undef free

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#include <sanitizer/asan_interface.h>

#include "fuzz.h"

enum { BLOCKS_MOST = 1 << 20 };

/* Poisoned while the library has its block, so that a byte too far in front is seen as well. */
struct front {
	alignas(max_align_t) size_t place, bytes;
};

static struct front *blocks[BLOCKS_MOST];
static size_t count;

static void *lend(struct front *front)
{
	ASAN_POISON_MEMORY_REGION(front, sizeof(*front));
	return front + 1;
}

static struct front *look_at(void *taken)
{
	struct front *front = (struct front *)taken - 1;

	ASAN_UNPOISON_MEMORY_REGION(front, sizeof(*front));
	fuzz_check(front->place < count && blocks[front->place] == front);
	return front;
}

void *fuzz_library_calloc(size_t number, size_t bytes)
{
	struct front *front;

	fuzz_check(count < BLOCKS_MOST && (!bytes || number < SIZE_MAX / 2 / bytes));
	front = calloc(1, sizeof(*front) + number * bytes);
	fuzz_check(front);
	front->place = count;
	front->bytes = number * bytes;
	blocks[count++] = front;
	return lend(front);
}

/* Of unwritten memory the address sanitizer knows nothing: at least it is not zeroes. */
void *fuzz_library_malloc(size_t bytes)
{
	return memset(fuzz_library_calloc(1, bytes), 0xa5, bytes);
}

void fuzz_library_free(void *taken)
{
	struct front *front = taken ? look_at(taken) : NULL;

	if (!front)
		return;
	/* The last one takes its place. */
	if (front->place < count - 1) {
		struct front *last = look_at(blocks[count - 1] + 1);

		last->place = front->place;
		blocks[front->place] = last;
		lend(last);
	}
	count--;
	free(front);
}

void *fuzz_library_realloc(void *taken, size_t bytes)
{
	void *moved = fuzz_library_malloc(bytes);
	size_t before = 0;

	if (taken) {
		before = look_at(taken)->bytes;
		memcpy(moved, taken, before < bytes ? before : bytes);
		fuzz_library_free(taken);
	}
	return moved;
}

char *fuzz_library_strdup(const char *text)
{
	return strcpy(fuzz_library_malloc(strlen(text) + 1), text); /* NOLINT */
}

void fuzz_library_release(void)
{
	while (count)
		fuzz_library_free(blocks[count - 1] + 1);
}
