/*
 * memfd.c: files that no path leads to. Runs outside, before the namespaces are made.
 */
#include "memfd.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../init/kernel.h"
#include "../init/message.h"

int memfd_make(const char *name, unsigned int flags, unsigned int execution)
{
	int memory = memfd_create(name, flags | execution);

	/* Before Linux 6.3 there was no choice about execution. */
	if (memory < 0 && errno == EINVAL)
		memory = memfd_create(name, flags);
	return memory;
}

bool memfd_write(int memory, const void *bytes, size_t length)
{
	size_t done = 0;

	/* After a short write the next one says why: no memory, or a limit on the size of files. */
	while (done < length) {
		ssize_t written =
			pwrite(memory, (const char *)bytes + done, length - done, (off_t)done);

		if (written == 0)
			errno = ENOSPC;
		if (written <= 0)
			return false;
		done += (size_t)written;
	}
	return true;
}

int memfd_of(const char *name, const void *bytes, size_t length)
{
	int memory = memfd_make(name, 0, MFD_NOEXEC_SEAL);

	if (memory < 0)
		message_die(errno, KERNEL_SINCE("3.17"),
			    TEXT_WORDS("cannot make a memfd for the ", name));
	if (!memfd_write(memory, bytes, length))
		die_errno("cannot write the ", name, " to a memfd");
	return memory;
}
