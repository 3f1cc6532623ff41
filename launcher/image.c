/*
 * image.c: nsinit's program and its options in a sealed memfd. Runs outside, before the namespaces
 * are made.
 *
 * One file for both: the kernel executes what its ELF headers name and never looks at the rest.
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

/* embed.S */
extern const unsigned char image_embedded[];
extern const uint32_t image_embedded_bytes;

static int make_memfd(void)
{
	int image = memfd_create("nsinit", MFD_ALLOW_SEALING | MFD_EXEC);

	/* Before Linux 6.3 there was no choice about execution. */
	if (image < 0 && errno == EINVAL)
		image = memfd_create("nsinit", MFD_ALLOW_SEALING);
	if (image < 0)
		message_die(errno,
			    errno == EACCES ? "the sysctl vm.memfd_noexec forbids it here; set it "
					      "to 0 or 1"
					    : NULL,
			    TEXT_WORDS("cannot make an executable memfd for nsinit"));
	return image;
}

static off_t copy_file(int image, const char *path)
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

		if (bytes <= 0)
			die_errno("--init ", path, ": cannot be read");
		done += bytes;
	}
	close(file);
	return done;
}

static off_t copy_embedded(int image)
{
	/* Short where memory is short: what is missing would be a program that crashes. */
	if (write(image, image_embedded, image_embedded_bytes) != (ssize_t)image_embedded_bytes)
		die_errno("cannot write nsinit to a memfd");
	return image_embedded_bytes;
}

int image_open(const char *path, const struct arguments *options)
{
	int image = make_memfd();
	off_t program = path ? copy_file(image, path) : copy_embedded(image);

	/* The offset stays behind the program, where nsinit is to read. */
	if (pwrite(image, options->text, options->length, program) != (ssize_t)options->length)
		die_errno("cannot write nsinit's options to a memfd");
	/* From here on nobody can write it, make it longer or shorter, or take the seals off. */
	if (fcntl(image, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
		die_errno("cannot seal a memfd");
	return image;
}
