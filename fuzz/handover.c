/*
 * handover.c: messages on the socket between launcher and nsinit, as nobody of ours would send them.
 * An input: messages, each after a byte that says how long it is, how many descriptors come with it, and
 * whether one is waited for.
 */
#include "../init/handover.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/fuzz.h"

enum { DESCRIPTORS = 3 };

static int ends[2];

struct received {
	bool waits; /* for a descriptor */
	int descriptor;
	struct handover_message message;
};

static void receive(void *context)
{
	struct received *received = context;

	if (received->waits)
		received->descriptor = handover_receive_descriptor(ends[1], HANDOVER_NETWORK);
	else
		fuzz_check(handover_receive(ends[1], false, &received->message) ==
			   HANDOVER_MESSAGE);
}

static void send_with_descriptors(const char *bytes, size_t length, size_t count)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(DESCRIPTORS * sizeof(int))] = {0};
	const int standard[DESCRIPTORS] = {0, 0, 0};
	struct iovec part = {(char *)bytes, length};
	struct msghdr all = {.msg_iov = &part, .msg_iovlen = 1};

	if (count) {
		struct cmsghdr *header = (struct cmsghdr *)room;

		all.msg_control = room;
		all.msg_controllen = CMSG_SPACE(count * sizeof(int));
		header->cmsg_len = CMSG_LEN(count * sizeof(int));
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		memcpy(CMSG_DATA(header), standard, count * sizeof(int));
	}
	fuzz_check(sendmsg(ends[0], &all, 0) == (ssize_t)length);
}

/* The program ends where a message is not as it should be; this goes on. */
static void close_what_was_left(int first)
{
	fuzz_check(syscall(SYS_close_range, first, ~0U, 0) == 0);
}

void fuzz_one(const char *data, size_t size)
{
	int first;

	fuzz_check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	first = dup(0);
	close_what_was_left(first);
	for (const char *next = data, *end = data + size; next < end;) {
		unsigned char how = (unsigned char)*next++;
		struct received received = {.waits = how & 0x80, .descriptor = -1};
		size_t length = how % 16, count = how / 16 % (DESCRIPTORS + 1);
		bool good, right;

		if (length > (size_t)(end - next))
			length = (size_t)(end - next);
		/* A message of no bytes is as good as the end: neither is an answer. */
		if (!length)
			continue;
		send_with_descriptors(next, length, count);
		good = fuzz_run(receive, &received);
		right = length == sizeof(received.message) && *next == HANDOVER_VERSION;
		if (received.waits) {
			right = right && next[1] == HANDOVER_NETWORK && count == 1;
			fuzz_check(good == right);
			fuzz_check(received.descriptor == (right ? first : -1));
		} else {
			fuzz_check(good == right);
			fuzz_check(!good || !memcmp(&received.message, next, length));
			/* What came along has been let go of. */
			fuzz_check(dup(0) == first);
		}
		close_what_was_left(first);
		next += length;
	}
	fuzz_check(handover_receive(ends[1], false, &(struct handover_message){0}) ==
		   HANDOVER_NONE);
	close(ends[0]);
	fuzz_check(handover_receive(ends[1], false, &(struct handover_message){0}) == HANDOVER_END);
	fuzz_check(handover_receive_descriptor(ends[1], HANDOVER_NETWORK) == -1);
	close(ends[1]);
}
