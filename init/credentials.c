/*
 * credentials.c: who the command is and what it may do. Runs inside.
 *
 * The calls are the kernel's own: libcap(3) would cost 12 system calls and a heap at the start of
 * every PID 1, for names that only the launcher needs.
 */
#include "credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <linux/securebits.h>

#include "kernel.h"
#include "message.h"
#include "number.h"

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
 * Keeps of permitted and effective what is in `kept`. Inheritable becomes what of `ambient` is there,
 * for most nothing (CVE-2022-29162), and ambient the same: a capability can be ambient only while it
 * is inheritable, and only as an ambient one it survives the exec of another user than root.
 */
static int limit_capabilities(uint64_t kept, uint64_t ambient)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (kernel_capget(&header, data) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		data[i].permitted &= (uint32_t)(kept >> (32 * i));
		data[i].effective = data[i].permitted;
		data[i].inheritable = (uint32_t)(ambient >> (32 * i)) & data[i].permitted;
	}
	if (kernel_capset(&header, data) < 0)
		return -1;
	for (unsigned long capability = 0; ambient && capability < CAPABILITIES; capability++)
		if (data[capability / 32].inheritable & (UINT32_C(1) << capability % 32) &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0)
			return -1;
	return 0;
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

static bool lock_securebits(void)
{
	const int locked = SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |
			   SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

	/* The bits keep their default value, 0, for good. */
	return !step("lock the securebits at their default values") ||
	       prctl(PR_SET_SECUREBITS, locked, 0, 0, 0) == 0;
}

/* For another user than root, with capabilities that its change of id would take. */
static bool take_ids_with_capabilities(const struct init *init)
{
	if (!step("keep capabilities over the change of user"))
		return take_ids(init);
	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 && take_ids(init) &&
	       limit_capabilities(UINT64_MAX, 0) == 0;
}

bool credentials_take(const struct init *init)
{
	bool root = (init->uid != ID_NONE ? init->uid : (uint32_t)getauxval(AT_EUID)) == 0;
	bool limited = init->bounding_set_said;
	/* Root's capabilities come from its id at the exec; another user's do not come back. */
	uint64_t ambient = root ? 0 : init->ambient_set;

	if (limited && step("drop capabilities from the bounding set") &&
	    drop_bounding_set(init->bounding_set) < 0)
		return false;
	/* While CAP_SETPCAP is still there; what has to be kept over the change comes before. */
	if (ambient && !take_ids_with_capabilities(init))
		return false;
	if (limited && !lock_securebits())
		return false;
	if (!ambient && !take_ids(init))
		return false;
	if (limited &&
	    step(ambient ? "keep ambient capabilities as asked, and no others"
			 : "empty the inheritable and ambient capabilities") &&
	    limit_capabilities(root ? init->bounding_set : ambient, ambient) < 0)
		return false;
	return !init->no_new_privs || !step("set no_new_privs") ||
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

bool credentials_in_user_namespace(void)
{
	char map[64] = "", *rest = map, *word;
	int file = kernel_open("/proc/self/uid_map", O_RDONLY);
	uint64_t number = 0;

	if (file < 0 || read(file, map, sizeof(map) - 1) < 0)
		step_failed(NULL);
	close(file);
	/* The first one maps all ids, to themselves: 0 0 4294967295. */
	for (int field = 0; field < 3 && (word = strsep(&rest, " \n"));)
		if (*word) {
			number_parse(word, 10, UINT32_MAX, &number);
			field++;
		}
	return number != UINT32_MAX;
}

void credentials_keep_kill(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
		{.effective = 1 << CAP_KILL, .permitted = 1 << CAP_KILL},
	};

	/* What cannot be kept was not there. */
	if (kernel_capset(&header, data) == 0)
		return;
	data[0] = (struct __user_cap_data_struct){0};
	kernel_capset(&header, data);
}
