/*
 * handover.c: the socket between launcher and nsinit. Runs in both.
 */
#include "handover.h"

#include <errno.h>
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

enum handover_result handover_receive(int socket, bool wait, struct handover_message *message)
{
	ssize_t bytes;

	do
		/* MSG_TRUNC: how long it was, not how much of it there was room for. */
		bytes = recv(socket, message, sizeof(*message),
			     MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT));
	while (bytes < 0 && errno == EINTR);

	if (bytes < 0 && errno == EAGAIN)
		return HANDOVER_NONE;
	/* A peer that ended with messages of ours unread shows as ECONNRESET. */
	if (bytes == 0 || (bytes < 0 && errno == ECONNRESET))
		return HANDOVER_END;
	if (bytes < 0)
		die_errno("cannot read from the socket between nslaunch and nsinit");
	if (bytes != (ssize_t)sizeof(*message) || message->version != HANDOVER_VERSION)
		die("nslaunch and nsinit are of different versions");
	return HANDOVER_MESSAGE;
}
