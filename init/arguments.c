/*
 * arguments.c: reads NUL-separated options from a descriptor (bubblewrap's --args has shown the
 * use of it: host paths do not show in /proc/1/cmdline, and there is no limit but ours). Runs in
 * nsinit while options are read.
 */
#include "arguments.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "memory.h"
#include "message.h"

static noreturn void cannot_read(int descriptor)
{
	char number[TEXT_NUMBER];
	int error = errno;

	text_number(number, descriptor);
	message_die(error, NULL, TEXT_WORDS("--args-fd: cannot read descriptor ", number));
}

/* A memfd or file says how long it is; of a pipe we learn it by reading. */
static size_t bytes_expected(int descriptor)
{
	struct kernel_status status;

	if (kernel_descriptor_status(descriptor, &status) < 0)
		cannot_read(descriptor);
	if (S_ISREG(status.mode) && status.size <= ARGUMENTS_BYTES)
		return (size_t)status.size;
	return ARGUMENTS_BYTES;
}

static size_t read_all(int descriptor, char *text, size_t room)
{
	size_t length = 0;

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
	/* One byte more than may come, so that too much shows. */
	size_t room = bytes_expected(descriptor) + 1;
	char *text = memory_take(room);
	size_t length = read_all(descriptor, text, room);
	size_t count = 0, next = 0;
	char **words;

	if (length == room)
		die("--args-fd: more than 4 MiB of arguments, or they grow while they are read");
	if (length && text[length - 1])
		die("--args-fd: the last argument is cut off: it does not end with a NUL byte");
	close(descriptor);

	for (size_t i = 0; i < length; i++)
		count += !text[i];
	words = memory_take((count + 1) * sizeof(*words));
	for (size_t i = 0; i < length; i += strlen(text + i) + 1)
		words[next++] = text + i;
	return words;
}
