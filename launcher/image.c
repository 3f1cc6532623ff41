/*
 * image.c: nsinit's program in a sealed memfd. Runs outside, before the namespaces are made.
 */
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../init/kernel.h"
#include "../init/message.h"
#include "memfd.h"

/* embed.S */
extern const unsigned char image_embedded[];
extern const uint32_t image_embedded_bytes;

static const char noexec_hint[] = "the sysctl vm.memfd_noexec forbids it here; set it to 0 or 1";

static void copy_file(int image, const char *path)
{
	struct stat status;
	int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (file < 0 || fstat(file, &status) < 0)
		die_errno("--init ", path);
	if (!S_ISREG(status.st_mode) || !(status.st_mode & 0111))
		die("--init ", path, ": it is no executable file");
	for (off_t done = 0; done < status.st_size;) {
		ssize_t bytes = sendfile(image, file, NULL, (size_t)(status.st_size - done));

		if (bytes <= 0)
			die_errno("--init ", path, ": cannot be read");
		done += bytes;
	}
	close(file);
}

int image_open(const char *path)
{
	int image = memfd_open("nsinit", MFD_CLOEXEC | MFD_EXEC);

	if (image < 0)
		message_die(errno, errno == EACCES ? noexec_hint : NULL,
			    TEXT_WORDS("cannot make an executable memfd for nsinit"));
	if (path)
		copy_file(image, path);
	else
		memfd_fill(image, image_embedded, image_embedded_bytes);
	memfd_seal(image);
	return image;
}
