# shellcheck shell=bash
# How bench/run calls nslaunch, the floor and the other launchers, with a rootfs, namespaces, mounts
# and privileges as near to nslaunch's as each can be told. Owns their command lines and the files
# that they read. Does not measure. bench/run sources it, and has set before:
#   work   a folder for everything, root   the rootfs, state   where the caller may write,
#   user   empty for root, -u for an ordinary user, uid and gid   the caller's
# shellcheck disable=SC2154

# What a user calls it like, and the least that it can be told to do: new namespaces and the root.
nslaunch_default() { echo "$work/nslaunch -r $root --"; }
nslaunch_bare() {
	echo "$work/nslaunch -r $root --no-default-mounts --mount type=proc,dst=/proc --cap-add all --seccomp none --"
}

# What nslaunch leaves a command by default.
kept='chown dac_override fowner fsetid kill setgid setuid setpcap net_raw sys_chroot net_bind_service
	audit_write setfcap'

# kept_as FORMAT: those names, each in printf's FORMAT.
kept_as() {
	local name
	for name in $kept; do
		# shellcheck disable=SC2059
		printf -- "$1" "$name"
	done
}

# words NAME COMMAND [ARG]...: what starts COMMAND in NAME's container, a space between the words.
# Containers that live at the same time need an id each, where they have one: it is $id.
words() {
	local list
	read -ra list <<<"$(prefix "$@") ${*:2}"
	# The bundle says what is run.
	case $1 in crun* | runc) list=("${list[@]:0:${#list[@]}-$#+1}") ;; esac
	echo "${list[*]}"
}

prefix() {
	local file privileges
	case $1 in
	none | 'floor '* | nslaunch*) ;;
	'crun by id') file=$work/crun-by-id ;;
	*) file=$(command -v "$1") ;;
	esac
	case $1 in
	none) ;;
	'floor '*) echo "$work/floor $user ${1#floor } $root" ;;
	nslaunch) nslaunch_default ;;
	'nslaunch bare') nslaunch_bare ;;
	unshare)
		echo "$file ${user:+--map-root-user} --mount --pid --ipc --uts --net --cgroup --fork" \
			"--kill-child --root=$root --mount-proc --" ;;
	bwrap)
		privileges="--cap-drop ALL $(kept_as '--cap-add cap_%s ')"
		[ -z "$user" ] || privileges='--unshare-user --uid 0 --gid 0'
		echo "$file --unshare-pid --unshare-ipc --unshare-uts --unshare-net --unshare-cgroup" \
			"--hostname container --die-with-parent --bind $root / --proc /proc --dev /dev" \
			"--mqueue /dev/mqueue $privileges --" ;;
	crun) echo "$file ${user:+--rootless=true} --cgroup-manager=disabled --root=$state/crun run" \
		"--bundle=$(bundle "${2##*/}" "${@:2}") bench$id" ;;
	'crun by id') echo "$file $(bundle "${2##*/}" "${@:2}")" ;;
	runc) echo "$file --root $state/runc run --bundle $(bundle "${2##*/}" "${@:2}") bench$id" ;;
	systemd-nspawn)
		# --pipe: without it a terminal stands between. The folder is not locked, for those that
		# live at the same time: see SYSTEMD_NSPAWN_LOCK below.
		echo "$file --quiet --register=no --keep-unit --as-pid2 --private-network --pipe" \
			"--timezone=off --resolv-conf=off --link-journal=no --no-new-privileges=yes" \
			"--machine=bench$id --directory=$root-nspawn --" ;;
	firejail)
		echo "$file --quiet --noprofile --net=none --hostname=container --nonewprivs" \
			"--caps.keep=$(kept_as ',%s' | cut -c 2-) --chroot=$root-firejail --" ;;
	lxc-execute) echo "$file -P $state/lxc -n bench$id -f $work/lxc.conf --" ;;
	esac
}

# bundle NAME COMMAND [ARG]...: prints an OCI bundle's folder, made if it is missing.
bundle() {
	local folder=$work/bundle$user/$1 caps words='' word maps='' namespaces='' name
	echo "$folder"
	[ ! -d "$folder" ] || return 0
	mkdir -p "$folder"
	caps=$(kept_as ', "CAP_%s"' | tr '[:lower:]' '[:upper:]' | cut -c 3-)
	for word in "${@:2}"; do words+=", \"$word\""; done
	for name in pid network ipc uts mount cgroup ${user:+user}; do
		namespaces+=", {\"type\": \"$name\"}"
	done
	[ -z "$user" ] || maps='"uidMappings": [{"containerID": 0, "hostID": '$uid', "size": 1}],
		"gidMappings": [{"containerID": 0, "hostID": '$gid', "size": 1}],'
	cat >"$folder/config.json" <<-CONFIG
	{
		"ociVersion": "1.0.0",
		"process": {
			"terminal": false, "user": {"uid": 0, "gid": 0}, "cwd": "/", "args": [${words:2}],
			"env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], "noNewPrivileges": true,
			"capabilities": {"bounding": [$caps], "effective": [$caps], "permitted": [$caps]}
		},
		"root": {"path": "$root"},
		"hostname": "container",
		"mounts": [
			{"destination": "/proc", "type": "proc", "source": "proc",
				"options": ["nosuid", "nodev", "noexec"]},
			{"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
				"options": ["nosuid", "noexec", "mode=755"]},
			{"destination": "/dev/pts", "type": "devpts", "source": "devpts",
				"options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]},
			{"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
				"options": ["nosuid", "nodev", "noexec", "mode=1777"]},
			{"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue",
				"options": ["nosuid", "nodev", "noexec"]},
			{"destination": "/sys", "type": "sysfs", "source": "sysfs",
				"options": ["nosuid", "nodev", "noexec", "ro"]}
		],
		"linux": {
			$maps
			"namespaces": [${namespaces:2}],
			"maskedPaths": ["/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore",
				"/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
				"/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
				"/sys/firmware"],
			"readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
				"/proc/sysrq-trigger"]
		}
	}
	CONFIG
}

# In bench/run's own mount namespace, so that the host sees nothing of it.
prepare_host() {
	# Most of them keep state here: on a tmpfs as on any host, and gone at the end.
	mount -t tmpfs tmpfs /run
	# crun refuses to run where cgroup 2 stands beside cgroup 1 and has controllers.
	if grep -qs . /sys/fs/cgroup/unified/cgroup.controllers; then
		mount -t tmpfs tmpfs /sys/fs/cgroup/unified
	fi
	if [ -f /etc/firejail/firejail.config ]; then
		echo 'chroot yes' >"$work/firejail.config"
		mount --bind "$work/firejail.config" /etc/firejail/firejail.config
	fi
}

prepare_peers() {
	export SYSTEMD_NSPAWN_LOCK=0
	# Both add folders to a rootfs, and firejail wants these, and a bash to start the command with.
	cp -a "$root" "$root-nspawn"
	cp -a "$root" "$root-firejail"
	mkdir -p "$root-firejail"/{tmp,var/{tmp,log}} "$state/lxc"
	printf '#!/bin/busybox sh\nexec /bin/busybox sh "$@"\n' >"$root-firejail/bin/bash"
	chmod +x "$root-firejail/bin/bash"
	cat >"$work/lxc.conf" <<-CONFIG
	lxc.rootfs.path = dir:$root
	lxc.uts.name = container
	lxc.net.0.type = empty
	lxc.mount.auto = proc:mixed sys:ro
	lxc.mount.entry = shm dev/shm tmpfs nosuid,nodev,noexec,create=dir 0 0
	lxc.mount.entry = mqueue dev/mqueue mqueue nosuid,nodev,noexec,create=dir 0 0
	lxc.autodev = 1
	lxc.no_new_privs = 1
	lxc.cap.keep = $(kept_as '%s ')
	CONFIG
	# Eight at a time need eight ids.
	cat >"$work/crun-by-id" <<-SCRIPT
	#!$root/bin/busybox sh
	exec $(command -v crun) --cgroup-manager=disabled --root=$state/crun run --bundle=\$1 bench\$\$
	SCRIPT
	chmod +x "$work/crun-by-id"
}
