/*
 * descendants.c: every process that nsinit is responsible for. Runs in nsinit, at the end.
 */
#include "descendants.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"
#include "number.h"
#include "text.h"

/* The parent of process pid as proc(5) has it, or 0. */
static pid_t parent_of(pid_t pid)
{
	char path[32], number[TEXT_NUMBER], stat[512] = "";
	uint64_t parent = 0;
	char *field;
	int file;

	text_join(path, sizeof(path), "/proc/", text_number(number, pid), "/stat");
	file = kernel_open(path, O_RDONLY);
	if (file < 0)
		return 0;
	/* PID (NAME) STATE PPID; only the last parenthesis is not part of the name. */
	if (read(file, stat, sizeof(stat) - 1) > 0 && (field = strrchr(stat, ')')) &&
	    strlen(field) > 4) {
		field += 4;
		field[strcspn(field, " ")] = '\0';
		number_parse(field, 10, INT32_MAX, &parent);
	}
	close(file);
	return (pid_t)parent;
}

static bool is_descendant(pid_t pid, pid_t of)
{
	/* A process may be adopted while we climb, so there could be a circle; not for long. */
	for (int i = 0; i < 4096 && pid > 1; i++) {
		pid = parent_of(pid);
		if (pid == of)
			return true;
	}
	return false;
}

/* getdents64(2) and not readdir(3), which would take memory for it. */
static bool signal_each(int proc, int signal)
{
	_Alignas(struct dirent) char entries[2048];
	pid_t self = getpid();
	long bytes;

	while ((bytes = syscall(SYS_getdents64, proc, entries, sizeof(entries))) > 0)
		for (long at = 0; at < bytes;) {
			const struct dirent *entry = (const struct dirent *)(entries + at);
			uint64_t pid;

			at += entry->d_reclen;
			if (number_parse(entry->d_name, 10, INT32_MAX, &pid) &&
			    is_descendant((pid_t)pid, self))
				/* It may have ended meanwhile. */
				kill((pid_t)pid, signal);
		}
	return bytes == 0;
}

bool descendants_signal(int signal)
{
	bool all;
	int proc;

	if (getpid() == 1)
		/* ESRCH: nobody is left. */
		return kill(-1, signal) == 0 || errno == ESRCH;
	proc = kernel_open("/proc", O_RDONLY | O_DIRECTORY);
	if (proc < 0)
		return false;
	all = signal_each(proc, signal);
	close(proc);
	return all;
}
