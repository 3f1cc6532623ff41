/*
 * handover.c: the socket between launcher and nsinit. Runs in both.
 */
#include "handover.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel.h"
#include "message.h"

enum { TRIES = 100, RETRY_MS = 10 };

static const char cannot_send[] = "cannot send over the socket between nslaunch and nsinit";

/* Whether what failed with errno may well go another time. */
static bool is_passing(void)
{
	return errno == ENOMEM || errno == ENOBUFS || errno == EAGAIN || errno == EINTR;
}

/* The other side has closed its end; ECONNREFUSED: while we were sending, unix(7). */
static bool is_gone(void)
{
	return errno == EPIPE || errno == ECONNRESET || errno == ECONNREFUSED;
}

/* False where it may well go another time. */
static bool send_now(int socket, const struct msghdr *all)
{
	if (kernel_sendmsg(socket, all, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 || is_gone())
		return true;
	if (!is_passing())
		die_errno(cannot_send);
	return false;
}

/* Room for one descriptor beside a message, aligned as its header wants it: cmsg(3). */
union passed {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

bool handover_try(int socket, enum handover_kind kind, int value)
{
	struct handover_message message = {
		.version = HANDOVER_VERSION,
		.kind = (uint8_t)kind,
		.value = value,
	};
	struct iovec bytes = {&message, sizeof(message)};

	return send_now(socket, &(struct msghdr){.msg_iov = &bytes, .msg_iovlen = 1});
}

/* Between two tries. The last one ends the program. */
static void wait_for_room(int tries)
{
	if (tries == TRIES)
		die(cannot_send, " for a second: no memory or no room");
	poll(NULL, 0, RETRY_MS);
}

void handover_send(int socket, enum handover_kind kind, int value)
{
	for (int tries = 1; !handover_try(socket, kind, value); tries++)
		wait_for_room(tries);
}

void handover_send_descriptor(int socket, enum handover_kind kind, int descriptor)
{
	struct handover_message message = {.version = HANDOVER_VERSION, .kind = (uint8_t)kind};
	union passed passed = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
					  .cmsg_level = SOL_SOCKET,
					  .cmsg_type = SCM_RIGHTS}};
	struct iovec bytes = {&message, sizeof(message)};
	const struct msghdr all = {.msg_iov = &bytes,
				   .msg_iovlen = 1,
				   .msg_control = &passed,
				   .msg_controllen = sizeof(passed)};

	memcpy(CMSG_DATA(&passed.header), &descriptor, sizeof(descriptor));
	for (int tries = 1; !send_now(socket, &all); tries++)
		wait_for_room(tries);
}

noreturn void handover_die(void)
{
	die_errno("cannot read from the socket between nslaunch and nsinit");
}

/* With `passed` a descriptor may come along; without, the kernel closes what does. */
static enum handover_result receive(int socket, int flags, struct handover_message *message,
				    union passed *passed)
{
	struct iovec bytes = {message, sizeof(*message)};
	struct msghdr all = {.msg_iov = &bytes,
			     .msg_iovlen = 1,
			     .msg_control = passed,
			     .msg_controllen = passed ? sizeof(*passed) : 0};
	ssize_t count;

	do
		/* MSG_TRUNC: how long it was, not how much of it there was room for. */
		count = recvmsg(socket, &all, flags | MSG_TRUNC | MSG_CMSG_CLOEXEC);
	while (count < 0 && errno == EINTR);

	if (count < 0 && errno == EAGAIN)
		return HANDOVER_NONE;
	/* A peer that ended with messages of ours unread shows as ECONNRESET. */
	if (count == 0 || (count < 0 && errno == ECONNRESET))
		return HANDOVER_END;
	if (count < 0)
		return HANDOVER_BROKEN;
	if (count != (ssize_t)sizeof(*message) || message->version != HANDOVER_VERSION)
		die("nslaunch and nsinit are of different versions");
	return HANDOVER_MESSAGE;
}

enum handover_result handover_receive(int socket, bool wait, struct handover_message *message)
{
	return receive(socket, wait ? 0 : MSG_DONTWAIT, message, NULL);
}

int handover_receive_descriptor(int socket, enum handover_kind kind)
{
	struct handover_message message;
	union passed passed = {.room = {0}};
	enum handover_result result = receive(socket, 0, &message, &passed);
	int descriptor;

	if (result == HANDOVER_BROKEN)
		handover_die();
	if (result != HANDOVER_MESSAGE)
		return -1;
	if (message.kind != kind || passed.header.cmsg_len != CMSG_LEN(sizeof(int)) ||
	    passed.header.cmsg_type != SCM_RIGHTS)
		die("nslaunch and nsinit are of different versions");
	memcpy(&descriptor, CMSG_DATA(&passed.header), sizeof(descriptor));
	return descriptor;
}
