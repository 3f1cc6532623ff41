/*
 * passwd.c: reads the rootfs's /etc/passwd. Runs inside, after pivot_root.
 */
#include "passwd.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "number.h"

enum { FILE_BYTES = 1024 * 1024 };

/* Splits line, which ends with NUL, into its seven fields; true where it is uid's entry. */
static bool parse_line(struct passwd_entry *entry, uint32_t uid)
{
	char *rest = entry->line;
	char *fields[7];
	uint64_t number;

	for (int i = 0; i < 7; i++)
		if (!(fields[i] = strsep(&rest, ":")))
			return false;
	if (rest || !*fields[0] || !number_parse(fields[2], 10, UINT32_MAX, &number) ||
	    number != uid)
		return false;
	entry->name = fields[0];
	entry->home = fields[5];
	entry->shell = fields[6];
	return true;
}

static bool find_in(int file, uint32_t uid, struct passwd_entry *entry)
{
	char bytes[512];
	size_t length = 0;
	ssize_t count;

	for (size_t read_bytes = 0; read_bytes < FILE_BYTES; read_bytes += (size_t)count) {
		count = read(file, bytes, sizeof(bytes));
		if (count <= 0)
			break;
		for (ssize_t i = 0; i < count; i++) {
			if (bytes[i] != '\n') {
				/* A NUL byte ends what parse_line sees: too few fields. */
				if (length < sizeof(entry->line))
					entry->line[length++] = bytes[i];
				continue;
			}
			if (length < sizeof(entry->line)) {
				entry->line[length] = '\0';
				if (parse_line(entry, uid))
					return true;
			}
			length = 0;
		}
	}
	return false;
}

bool passwd_find(uint32_t uid, struct passwd_entry *entry)
{
	/* O_NONBLOCK: a FIFO must not make us wait. The root is nodev: a device is not opened. */
	int file = kernel_open("/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY);
	bool found;

	if (file < 0)
		return false;
	found = find_in(file, uid, entry);
	close(file);
	return found;
}
