/*
 * image.c: nsinit's program in a sealed memfd. Runs outside, before the namespaces are made.
 *
 * Nothing else is in it: the command can execute nsinit's program (by a link to /proc/self/exe in the
 * rootfs), and then reads what stands in the same file.
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

static void copy_file(int image, const char *path)
{
	struct stat status;
	off_t done = 0;
	int file = kernel_open(path, O_RDONLY | O_NONBLOCK);

	if (file < 0 || fstat(file, &status) < 0)
		die_errno("--init ", path);
	if (!S_ISREG(status.st_mode) || !(status.st_mode & 0111))
		die("--init ", path, ": it is no executable file");
	while (done < status.st_size) {
		ssize_t bytes = sendfile(image, file, NULL, (size_t)(status.st_size - done));

		if (bytes < 0)
			die_errno("--init ", path, ": cannot be copied to a memfd");
		if (bytes == 0)
			die("--init ", path, ": it became shorter while it was read");
		done += bytes;
	}
	close(file);
}

static void copy_embedded(int image)
{
	/* What is missing would be a program that crashes. */
	if (!memfd_write(image, image_embedded, image_embedded_bytes))
		die_errno("cannot write nsinit to a memfd");
}

int image_open(const char *path)
{
	int image = memfd_make("nsinit", MFD_ALLOW_SEALING | MFD_CLOEXEC, MFD_EXEC);

	if (image < 0)
		message_die(errno,
			    errno == EACCES ? "the sysctl vm.memfd_noexec forbids it here; set it "
					      "to 0 or 1"
					    : KERNEL_SINCE("3.17"),
			    TEXT_WORDS("cannot make an executable memfd for nsinit"));
	if (path)
		copy_file(image, path);
	else
		copy_embedded(image);
	/* From here on nobody can write it, make it longer or shorter, or take the seals off. */
	if (fcntl(image, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
		die_errno("cannot seal a memfd");
	return image;
}
