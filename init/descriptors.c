/*
 * descriptors.c: which descriptors a process of ours keeps. Runs inside: in nsinit, and in the command's
 * process.
 */
#include "descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "kernel.h"
#include "number.h"
#include "text.h"

/*
 * Our own list of descriptors. By then /proc may be the rootfs's to forge: what is believed is a folder of
 * a proc filesystem that has itself in it, as only our own has.
 */
static int open_list(void)
{
	int list = kernel_open("/proc/self/fd", O_RDONLY | O_DIRECTORY);
	struct kernel_status self, entry;
	char number[TEXT_NUMBER];
	struct statfs status;

	if (list < 0)
		return -1;
	if (fstatfs(list, &status) == 0 && status.f_type == PROC_SUPER_MAGIC &&
	    kernel_descriptor_status(list, &self) == 0 &&
	    kernel_status(list, text_number(number, list), 0, &entry) == 0 &&
	    kernel_is_same(&self, &entry))
		return list;
	close(list);
	return -1;
}

/* Closes what `count` bytes of a list name from first to last, but for the list. */
static void close_named(int list, const char *entries, long count, unsigned int first,
			unsigned int last)
{
	const char *end = entries + count;

	while (entries < end) {
		const struct dirent *entry = (const void *)entries;
		uint64_t number;

		if (number_parse(entry->d_name, 10, INT_MAX, &number) && number >= first &&
		    number <= last && (int)number != list)
			close((int)number);
		entries += entry->d_reclen;
	}
}

/* Before Linux 5.9, and behind a filter that does not know the call. */
static int close_listed(unsigned int first, unsigned int last)
{
	struct dirent entries[4];
	int list = open_list();
	long count;

	if (list < 0) {
		errno = ENOSYS;
		return -1;
	}
	/* Closing takes an entry away and moves no other: they come by their numbers. */
	while ((count = syscall(SYS_getdents64, list, entries, sizeof(entries))) > 0)
		close_named(list, (const char *)entries, count, first, last);
	return close(list) < 0 || count < 0 ? -1 : 0;
}

static int close_from_to(unsigned int first, unsigned int last)
{
	int result = kernel_close_range(first, last, 0);

	return result < 0 && errno == ENOSYS ? close_listed(first, last) : result;
}

bool descriptors_keep(int one, int other)
{
	const int kept[] = {one < other ? one : other, one < other ? other : one};
	int first = 3;

	for (int i = 0; i < 2; i++) {
		if (kept[i] < first)
			continue;
		if (kept[i] > first &&
		    close_from_to((unsigned int)first, (unsigned int)kept[i] - 1) < 0)
			return false;
		first = kept[i] + 1;
	}
	return close_from_to((unsigned int)first, UINT_MAX) == 0;
}
