/*
 * handover.c: messages on the socket between launcher and nsinit, as nobody of ours would send them.
 * An input: messages, each after a byte that says how long it is.
 */
#include "../init/handover.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/fuzz.h"

static int ends[2];

static void receive(void *context)
{
	struct handover_message *message = context;

	fuzz_check(handover_receive(ends[1], false, message) == HANDOVER_MESSAGE);
}

void fuzz_one(const char *data, size_t size)
{
	fuzz_check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	for (const char *next = data, *end = data + size; next < end;) {
		struct handover_message message;
		size_t length = (unsigned char)*next++ % 16;
		bool good;

		if (length > (size_t)(end - next))
			length = (size_t)(end - next);
		/* A message of no bytes is as good as the end: neither is an answer. */
		if (!length)
			continue;
		fuzz_check(send(ends[0], next, length, 0) == (ssize_t)length);
		good = fuzz_run(receive, &message);
		fuzz_check(good == (length == sizeof(message) && *next == HANDOVER_VERSION));
		fuzz_check(!good || !memcmp(&message, next, sizeof(message)));
		next += length;
	}
	fuzz_check(handover_receive(ends[1], false, &(struct handover_message){0}) ==
		   HANDOVER_NONE);
	close(ends[0]);
	fuzz_check(handover_receive(ends[1], false, &(struct handover_message){0}) == HANDOVER_END);
}
