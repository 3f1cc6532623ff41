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

#include <linux/keyctl.h>
#include <linux/securebits.h>

#include "kernel.h"
#include "message.h"

enum {
	CAPABILITIES = 64,
	LAST_SINCE_5_9 =
		40, /* CAP_CHECKPOINT_RESTORE: every kernel that we run on has those up to it */
};

/*
 * Whether this kernel has no such capability. Asked, and not taken from a PR_CAPBSET_DROP that fails with
 * EINVAL: what fails in the middle would leave all that follow.
 */
static bool is_past_the_last(unsigned long capability)
{
	return prctl(PR_CAPBSET_READ, capability, 0, 0, 0) < 0 && errno == EINVAL;
}

/* From here on no exec brings back what is not in the set: capabilities(7), bounding set. */
static int drop_bounding_set(uint64_t kept)
{
	for (unsigned long capability = 0; capability < CAPABILITIES; capability++) {
		if (capability > LAST_SINCE_5_9 && is_past_the_last(capability))
			return 0;
		if (!(kept & (UINT64_C(1) << capability)) &&
		    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
			return -1;
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

/*
 * Whether the kernel lets nobody here change groups: without CAP_SETGID, or where setgroups is denied, as in
 * every unprivileged user namespace. Where that cannot be read, for want of /proc, EPERM is taken for it.
 */
static bool may_not_set_groups(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	char word[8] = "deny";
	int file;

	if (kernel_capget(&header, data) < 0)
		return false;
	if (!(data[0].effective & 1U << CAP_SETGID))
		return true;
	file = kernel_open("/proc/self/setgroups", O_RDONLY);
	if (file >= 0 && read(file, word, sizeof(word) - 1) < 0)
		*word = '\0';
	if (file >= 0)
		close(file);
	errno = EPERM;
	return !strncmp(word, "deny", 4);
}

static bool take_groups(const struct init *init)
{
	if (!(init->groups_count ? step("take ", step_number((int64_t)init->groups_count),
					" supplementary groups")
				 : step("drop the supplementary groups")) ||
	    kernel_setgroups(init->groups_count, init->groups) == 0)
		return true;
	if (errno != EPERM || init->groups_said || !may_not_set_groups())
		return false;
	note("the kernel does not let one change the supplementary groups here");
	return true;
}

/* Groups before the user id, which gives up the right to change them. */
static bool take_ids(const struct init *init)
{
	if (init->uid == ID_NONE)
		return !init->groups_said || take_groups(init);
	if (!take_groups(init))
		return false;
	if (!step("become user ", step_number(init->uid), ", group ", step_number(init->gid)))
		return true;
	return kernel_setresgid(init->gid) == 0 && kernel_setresuid(init->uid) == 0;
}

/*
 * All but SECBIT_KEEP_CAPS keep their default value, 0, for good. That one programs set to give privileges
 * up: they keep a few capabilities over their own change of user (ping, dnsmasq, named). It brings back none
 * that was gone, and an exec clears it.
 */
static bool lock_securebits(void)
{
	const int locked = SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |
			   SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

	return !step("lock the securebits at their default values, but for keep_caps") ||
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

void credentials_leave_keyring(const struct init *init)
{
	if ((!init->root && init->launcher < 0) || !step("join a new session keyring"))
		return;
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0 || errno == ENOSYS)
		return;
	/*
	 * The kernel's own word is never EPERM here, only that of a filter above us, such as
	 * Docker's; which refuses the command's key calls as well.
	 */
	if (errno != EPERM)
		step_failed(errno == EDQUOT
				    ? "each container of an ordinary user takes one key; as "
				      "root: sysctl kernel.keys.maxkeys=10000"
				    : NULL);
	note("a filter that is here already refuses all calls about keys");
}

bool credentials_in_user_namespace(void)
{
	static const char first[] = "user:[4026531837]"; /* PROC_USER_INIT_INO, always the same */
	char name[32] = "";

	if (readlink("/proc/self/ns/user", name, sizeof(name) - 1) < 0)
		step_failed(NULL);
	return strcmp(name, first) != 0;
}

void credentials_set_up(const struct init *init)
{
	if (init->setup_uid == ID_NONE ||
	    !step("become user ", step_number(init->setup_uid), ", group ",
		  step_number(init->setup_gid), ", to set up"))
		return;
	if (kernel_setresgid(init->setup_gid) < 0 || kernel_setresuid(init->setup_uid) < 0)
		step_failed("the map gives these ids no place: map 0");
}

void credentials_keep_kill(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
		{.effective = 1 << CAP_KILL, .permitted = 1 << CAP_KILL},
	};

	if (kernel_capset(&header, data) == 0)
		return;
	/* Where nsinit has no CAP_KILL that it could keep, it keeps none. */
	if (errno == EPERM && kernel_capget(&header, data) == 0 &&
	    !(data[0].permitted & 1 << CAP_KILL)) {
		data[0] = data[1] = (struct __user_cap_data_struct){0};
		if (kernel_capset(&header, data) == 0)
			return;
	}
	die_errno("cannot give up nsinit's capabilities");
}

const char *credentials_missing(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (kernel_capget(&header, data) < 0)
		return NULL;
	if (!(data[0].effective & 1U << CAP_SETPCAP))
		return "it takes CAP_SETPCAP, which is missing here";
	if ((data[0].effective & (1U << CAP_SETUID | 1U << CAP_SETGID)) !=
	    (1U << CAP_SETUID | 1U << CAP_SETGID))
		return "it takes CAP_SETUID and CAP_SETGID, of which one is missing here";
	return NULL;
}
