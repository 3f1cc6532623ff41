/*
 * arguments.c: reads NUL-separated options from a descriptor (bubblewrap's --args has shown the
 * use of it: host paths do not show in /proc/1/cmdline, and there is no limit but ours). Runs in
 * nsinit while options are read.
 */
#include "arguments.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "message.h"

static noreturn void cannot_read(int descriptor)
{
	char number[TEXT_NUMBER];
	int error = errno;

	text_number(number, descriptor);
	message_die(error, NULL, TEXT_WORDS("--args-fd: cannot read descriptor ", number));
}

/* Reads on behind `length` bytes until the end, or until `room` is full; returns the new length. */
static size_t read_on(int descriptor, char *text, size_t length, size_t room)
{
	while (length < room) {
		ssize_t bytes = read(descriptor, text + length, room - length);

		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes < 0)
			cannot_read(descriptor);
		if (bytes == 0)
			break;
		length += (size_t)bytes;
	}
	return length;
}

char **arguments_read(int descriptor)
{
	/* One byte more than may come, so that too much shows. Nearly always it is little. */
	size_t room = 2048;
	char *text = memory_take(room), *little = text;
	size_t length = read_on(descriptor, text, 0, room);
	size_t count = 0, next = 0;
	char **words;

	if (length == room) {
		room = ARGUMENTS_BYTES + 1;
		text = memory_take(room);
		memcpy(text, little, length);
		length = read_on(descriptor, text, length, room);
	}
	if (length == room)
		die("--args-fd: more than 4 MiB of arguments");
	if (length && text[length - 1])
		die("--args-fd: the last argument is cut off: it does not end with a NUL byte");
	close(descriptor);
	memory_give_back(text, length);

	for (size_t i = 0; i < length; i++)
		count += !text[i];
	words = memory_take((count + 1) * sizeof(*words));
	for (size_t i = 0; i < length; i += strlen(text + i) + 1)
		words[next++] = text + i;
	return words;
}
