/*
 * reason.c: why the kernel does not execute a file that is there. Runs in the command's process, with the
 * command's rights, between vfork and _exit: system calls alone.
 */
#include "reason.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "kernel.h"
#include "text.h"

/* elf(5), e_machine: what people may meet. */
static const struct {
	uint16_t machine;
	char name[10];
} machines[] = {
	{EM_386, "i386"},      {EM_X86_64, "x86-64"}, {EM_ARM, "ARM"},	    {EM_AARCH64, "AArch64"},
	{EM_PPC64, "PowerPC"}, {EM_S390, "s390x"},    {EM_RISCV, "RISC-V"}, {EM_MIPS, "MIPS"},
};

static const char *other_machine(uint16_t machine, char reason[REASON_BYTES])
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if (machines[i].machine == machine) {
			text_join(reason, REASON_BYTES,
				  "it is a program for another architecture, ", machines[i].name);
			return reason;
		}
	return "it is a program for another architecture";
}

/* The name of what runs it, which shows here when it is odd: \r of a file from Windows, a blank. */
static const char *not_there(const char *what, const char *name, char reason[REASON_BYTES])
{
	char shown[128];
	size_t length = 0;

	for (; *name && length < sizeof(shown) - 3; name++)
		if (*name == '\r') {
			shown[length++] = '\\';
			shown[length++] = 'r';
		} else {
			shown[length++] = *name;
		}
	shown[length] = '\0';
	text_join(reason, REASON_BYTES, what, " '", shown, "' is not there, or cannot be executed");
	return reason;
}

/* #!INTERPRETER [ARGUMENT], execve(2). */
static const char *of_script(char *line, char reason[REASON_BYTES])
{
	char *name = line + 2 + strspn(line + 2, " \t");

	name[strcspn(name, " \t\n")] = '\0';
	return *name ? not_there("its interpreter", name, reason)
		     : "its first line names no interpreter";
}

/* The loader that a program with shared libraries names. */
static const char *of_program(int file, const char *start, int error, char reason[REASON_BYTES])
{
	const ElfW(Ehdr) *header = (const void *)start;
	ElfW(Phdr) segment;
	char name[256] = "";

	if (error == ENOEXEC)
		return other_machine(header->e_machine, reason);
	if (error != ENOENT && error != ENOTDIR)
		return NULL;
	for (size_t i = 0; i < header->e_phnum; i++) {
		if (pread(file, &segment, sizeof(segment),
			  (off_t)(header->e_phoff + i * sizeof(segment))) != sizeof(segment))
			return NULL;
		if (segment.p_type != PT_INTERP)
			continue;
		if (pread(file, name, sizeof(name) - 1, (off_t)segment.p_offset) <= 0)
			return NULL;
		return not_there("the loader of its shared libraries", name, reason);
	}
	return NULL;
}

static const char *of_content(const char *path, int error, char reason[REASON_BYTES])
{
	_Alignas(ElfW(Ehdr)) char start[512] = "";
	int file = kernel_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	ssize_t bytes = file < 0 ? -1 : read(file, start, sizeof(start) - 1);
	const char *found = NULL;

	if (bytes > 2 && start[0] == '#' && start[1] == '!' && error != ENOEXEC)
		found = of_script(start, reason);
	else if (bytes >= (ssize_t)sizeof(ElfW(Ehdr)) && !memcmp(start, ELFMAG, SELFMAG))
		found = of_program(file, start, error, reason);
	if (file >= 0)
		close(file);
	return found;
}

const char *reason_of(const char *path, int error, char reason[REASON_BYTES])
{
	struct kernel_status status;
	struct statfs mount;

	if (error != EACCES)
		return of_content(path, error, reason);
	if (statfs(path, &mount) == 0 && mount.f_flags & ST_NOEXEC)
		return "it lies on a mount that is noexec";
	if (kernel_status(AT_FDCWD, path, 0, &status) == 0 && !(status.mode & 0111))
		return "nobody may execute it: chmod +x";
	return of_content(path, error, reason);
}
