/*
 * memfd.c: files in memory that are written once. Runs outside.
 */
#include "memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../init/kernel.h"
#include "../init/message.h"

int memfd_open(const char *name, unsigned int flags)
{
	int memfd = memfd_create(name, flags | MFD_ALLOW_SEALING);

	/* Before Linux 6.3 there was no choice about execution. */
	if (memfd < 0 && errno == EINVAL)
		memfd = memfd_create(name,
				     (flags & ~(MFD_EXEC | MFD_NOEXEC_SEAL)) | MFD_ALLOW_SEALING);
	return memfd;
}

void memfd_fill(int memfd, const void *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t written =
			pwrite(memfd, (const char *)bytes + done, length - done, (off_t)done);

		if (written < 0)
			die_errno("cannot write to a memfd");
		done += (size_t)written;
	}
}

void memfd_seal(int memfd)
{
	if (fcntl(memfd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
		die_errno("cannot seal a memfd");
}
