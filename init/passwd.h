/*
 * passwd.h: the rootfs's own /etc/passwd, passwd(5), read as a plain file.
 *
 * Not getpwuid(3): a libc may load code from the rootfs to answer it (CVE-2019-14271).
 */
#ifndef PASSWD_H
#define PASSWD_H

#include <stdbool.h>
#include <stdint.h>

struct passwd_entry {
	char *name, *home, *shell; /* in line; the last two may be empty */
	char line[1024];
};

/*
 * The first entry of user uid, in /etc/passwd below the current root. False where there is none.
 * The file may hold anything, and be anything: lines that are longer than the buffer or are no
 * entries are passed over, beyond 1 MiB the rest is not read, and nothing is waited for.
 */
bool passwd_find(uint32_t uid, struct passwd_entry *entry);

#endif
