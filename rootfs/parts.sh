# shellcheck shell=sh
# What more than one kind needs: a look into ELF files, the files around a busybox, and owners.
# Sourced by mkrootfs.

# number FILE OFFSET SIZE: an unsigned little-endian number.
number() { od -An -v --endian=little -t "u$3" -j "$2" -N "$3" -- "$1" 2>/dev/null | tr -d ' '; }

# check_program FILE: dies unless it is an ELF program.
check_program() {
	[ "$(od -An -t x1 -N 4 -- "$1" | tr -d ' ')" = 7f454c46 ] || die "$1 is not an ELF program"
	[ "$(stat -L -c %s -- "$1")" -ge 64 ] || die "$1 is no more than the start of a program"
	[ "$(number "$1" 5 1)" = 1 ] || die "$1 is for a big-endian machine"
	case $(number "$1" 16 2) in
	2 | 3) ;;
	*) die "$1 is an object file, not a program" ;;
	esac
}

# Prints the interpreter that a program asks for (PT_INTERP, elf(5)); nothing for a static one.
# Done by hand: a machine without a compiler has no readelf, and ldd may run the program.
interpreter() {
	if [ "$(number "$1" 4 1)" -eq 2 ]; then
		table=$(number "$1" 32 8) size=$(number "$1" 54 2) count=$(number "$1" 56 2) offset=8 length=32 width=8
	else
		table=$(number "$1" 28 4) size=$(number "$1" 42 2) count=$(number "$1" 44 2) offset=4 length=16 width=4
	fi
	while [ "$count" -gt 0 ]; do
		type=$(number "$1" "$table" 4)
		[ -n "$type" ] || die "$1 is damaged: its program headers are missing"
		if [ "$type" = 3 ]; then
			at=$(number "$1" $((table + offset)) $width)
			bytes=$(number "$1" $((table + length)) $width)
			path=$(tail -c "+$((at + 1))" -- "$1" | head -c $((bytes - 1)))
			echo "${path:-an interpreter}"
			return
		fi
		table=$((table + size)) count=$((count - 1))
	done
}

# Applet links as busybox's own table has them. Relative: they must lead to the same file seen
# from inside and from outside. What is there already, a real shell say, stays.
install_applets() {
	"$NEW/bin/busybox" --list-full >"$STATE/applets" || die 'busybox cannot list its applets'
	mkdir -p "$NEW/bin" "$NEW/sbin" "$NEW/usr/bin" "$NEW/usr/sbin"
	while read -r applet; do
		[ ! -e "$NEW/$applet" ] || continue
		case $applet in
		bin/*) ln -s busybox "$NEW/$applet" ;;
		usr/*/*) ln -s ../../bin/busybox "$NEW/$applet" ;;
		*/*) ln -s ../bin/busybox "$NEW/$applet" ;;
		*) ln -s bin/busybox "$NEW/$applet" ;;
		esac
	done <"$STATE/applets"
}

# The folders and files that a person at a shell expects.
install_base() {
	mkdir -p "$NEW/etc" "$NEW/root" "$NEW/tmp" "$NEW/proc" "$NEW/dev" "$NEW/sys" "$NEW/run" "$NEW/mnt"
	chmod 700 "$NEW/root"
	chmod 1777 "$NEW/tmp"
	cat >"$NEW/etc/passwd" <<-'END'
		root:x:0:0:root:/root:/bin/sh
		nobody:x:65534:65534:nobody:/:/bin/sh
	END
	cat >"$NEW/etc/group" <<-'END'
		root:x:0:
		tty:x:5:
		nogroup:x:65534:
	END
	echo '127.0.0.1 localhost' >"$NEW/etc/hosts"
	# No PS1: the launcher's, which shows that one is inside, is in the environment.
	cat >"$NEW/etc/profile" <<-'END'
		export PATH="${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
		umask 022
	END
}

# Whether this process can give files to others. Asked of the kernel: root in a container may not.
can_chown() {
	: >"$STATE/owner"
	chown 1:1 "$STATE/owner" 2>/dev/null
}

# A set-user-ID program that belongs to the caller would give his rights to everybody. Until the
# tree has its name nobody can reach it: the state folder is closed.
remove_set_ids() { find "$NEW" -type f -perm /6000 -exec chmod ug-s {} +; }
