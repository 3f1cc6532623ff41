/*
 * processes.c: /proc/PID/stat, in which a process chooses its name. An input: the files of processes
 * 7, 8 and 9, after lines "%%".
 */
#include "common/product.h"

#include <stdlib.h>
#include <string.h>

#include "../init/descendants.c" /* NOLINT(bugprone-suspicious-include): for what is static there */

/* proc(5): the parent stands in the fourth field; the second is in parentheses and may hold any. */
static pid_t second_parent(const struct fuzz_text *file)
{
	const char *at = NULL, *digits;
	unsigned long long number;

	/* Read as a text, and no further than our own buffer is long. */
	for (size_t i = 0; i < 511 && i < file->length && file->text[i]; i++)
		if (file->text[i] == ')')
			at = &file->text[i];
	/* ") S PPID" */
	if (!at || strlen(at) < 5)
		return 0;
	digits = at + 4;
	number = strtoull(digits, NULL, 10);
	if (digits + strcspn(digits, " ") >= file->text + 511)
		return -1;
	if (*digits == ' ' || strspn(digits, "0123456789") != strcspn(digits, " ") ||
	    strspn(digits, "0") + 10 < strcspn(digits, " ") || number > INT32_MAX)
		return 0;
	return (pid_t)number;
}

void fuzz_one(const char *data, size_t size)
{
	static const char *const paths[] = {"/proc/7/stat", "/proc/8/stat", "/proc/9/stat"};
	struct fuzz_input input = {data, data + size};
	pid_t parent[3];

	for (int i = 0; i < 3; i++) {
		struct fuzz_text file = fuzz_grow(fuzz_part(&input));
		pid_t second = second_parent(&file);

		fuzz_file(paths[i], file.text, file.length);
		parent[i] = parent_of(7 + i);
		/* -1: where the buffer ends in the middle of a number. */
		fuzz_check(second == -1 || parent[i] == second);
	}
	fuzz_check(parent_of(10) == 0);
	/* However they are said to be related, it ends. */
	for (pid_t pid = 7; pid < 10; pid++) {
		if (parent[pid - 7] == 42)
			fuzz_check(is_descendant(pid, 42));
		else if (parent[pid - 7] < 7 || parent[pid - 7] > 9)
			fuzz_check(!is_descendant(pid, 42));
		is_descendant(pid, pid);
	}
	fuzz_check(fuzz_all_closed());
}
