/*
 * credentials.c: who the command is and what it may do. Runs inside.
 *
 * The calls are the kernel's own: libcap(3) would cost 12 system calls and a heap at the start of
 * every PID 1, for names that only the launcher needs.
 */
#include "credentials.h"

#include <errno.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <linux/securebits.h>

#include "kernel.h"
#include "message.h"

enum { CAPABILITIES = 64 };

/* From here on no exec brings back what is not in the set: capabilities(7), bounding set. */
static int drop_bounding_set(uint64_t kept)
{
	for (unsigned long capability = 0; capability < CAPABILITIES; capability++) {
		if (kept & (UINT64_C(1) << capability))
			continue;
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
			/* EINVAL: past the last one that this kernel has. */
			return errno == EINVAL ? 0 : -1;
	}
	return 0;
}

/*
 * Keeps of permitted and effective what is in `kept`. Inheritable goes to nothing (CVE-2022-29162)
 * and with it ambient: a capability can be ambient only while it is inheritable.
 */
static int limit_capabilities(uint64_t kept)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (kernel_capget(&header, data) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		data[i].permitted &= (uint32_t)(kept >> (32 * i));
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	return kernel_capset(&header, data);
}

/* Groups before the user id, which gives up the right to change them. */
static bool take_ids(const struct init *init)
{
	char uid[TEXT_NUMBER], gid[TEXT_NUMBER];

	if (init->uid == ID_NONE)
		return true;
	if (step("drop the supplementary groups") && kernel_setgroups_none() < 0) {
		/* Where setgroups is denied, as in every unprivileged user namespace. */
		if (errno != EPERM)
			return false;
		note("the kernel does not let one drop the supplementary groups here");
	}
	if (!step("become user ", text_number(uid, init->uid), ", group ",
		  text_number(gid, init->gid)))
		return true;
	return kernel_setresgid(init->gid) == 0 && kernel_setresuid(init->uid) == 0;
}

bool credentials_take(const struct init *init)
{
	const int locked = SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |
			   SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
	bool limited = init->bounding_set != UINT64_MAX;

	/* While CAP_SETPCAP is still there. The bits keep their default value, 0, for good. */
	if (limited && step("lock the securebits at their default values") &&
	    prctl(PR_SET_SECUREBITS, locked, 0, 0, 0) < 0)
		return false;
	if (limited && step("drop capabilities from the bounding set") &&
	    drop_bounding_set(init->bounding_set) < 0)
		return false;
	if (!take_ids(init))
		return false;
	/* Root's capabilities come from its id at the exec; another user's do not come back. */
	if (limited && step("empty the inheritable and ambient capabilities") &&
	    limit_capabilities(geteuid() ? 0 : init->bounding_set) < 0)
		return false;
	return !init->no_new_privs || !step("set no_new_privs") ||
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

void credentials_keep_kill(void)
{
	/* What cannot be given up was not there. */
	limit_capabilities(UINT64_C(1) << CAP_KILL);
}
