/*
 * handover.c: the socket between launcher and nsinit. Runs in both.
 */
#include "handover.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "message.h"

bool handover_send(int socket, enum handover_kind kind, int value)
{
	struct handover_message message = {
		.version = HANDOVER_VERSION,
		.kind = (uint8_t)kind,
		.value = value,
	};

	return send(socket, &message, sizeof(message), MSG_NOSIGNAL | MSG_DONTWAIT) ==
	       (ssize_t)sizeof(message);
}

/* Room for one descriptor beside a message, aligned as its header wants it: cmsg(3). */
union passed {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

bool handover_send_descriptor(int socket, enum handover_kind kind, int descriptor)
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
	return sendmsg(socket, &all, MSG_NOSIGNAL) == (ssize_t)sizeof(message);
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
		die_errno("cannot read from the socket between nslaunch and nsinit");
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
	int descriptor;

	if (receive(socket, 0, &message, &passed) != HANDOVER_MESSAGE)
		return -1;
	if (message.kind != kind || passed.header.cmsg_len != CMSG_LEN(sizeof(int)) ||
	    passed.header.cmsg_type != SCM_RIGHTS)
		die("nslaunch and nsinit are of different versions");
	memcpy(&descriptor, CMSG_DATA(&passed.header), sizeof(descriptor));
	return descriptor;
}
