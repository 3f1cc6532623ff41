# shellcheck shell=sh
# The debian kind: the smallest Debian with apt, from this machine's package sources.
# mmdebstrap writes a tar archive, which is then unpacked like any other: so that an ordinary
# user, who can have foreign owners only inside a user namespace, gets a tree of his own.
# Sourced by mkrootfs.

# shellcheck source=rootfs/kind-tar.sh disable=SC1091
. "$HERE/kind-tar.sh"

list=
parts=

debian_check() {
	need mmdebstrap mmdebstrap
	eval "$(apt-config shell list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
	set --
	for file in "$list" "$parts"*.list "$parts"*.sources; do
		[ ! -s "$file" ] || set -- "$@" "$file"
	done
	[ $# -gt 0 ] || die 'apt has no package sources on this machine'
	[ "$(id -u)" -eq 0 ] || debian_check_user
}

# mmdebstrap's own words for this take a page.
debian_check_user() {
	need newuidmap uidmap
	for file in /etc/subuid /etc/subgid; do
		grep -qE "^($(id -un)|$(id -u)):" "$file" 2>/dev/null ||
			die "$file has no range for $(id -un); as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
	done
}

debian_make() {
	say 'debian: running mmdebstrap (about half a minute)'
	set --
	for file in "$list" "$parts"*.list "$parts"*.sources; do
		[ ! -s "$file" ] || set -- "$@" "$file"
	done
	# mmdebstrap works below $TMPDIR: there a killed run's tree is found again. Others must be
	# able to pass through meanwhile: apt's own user, or the subordinate ids.
	chmod 711 "$STATE"
	# As root it mounts /proc and more for the time of its work: in a mount namespace of its own, so
	# that they go even if it is killed.
	alone=
	[ "$(id -u)" -ne 0 ] || alone='unshare --mount'
	# No /dev: the launcher lays its own over whatever is there.
	# Files are left out, never folders: a package's script that makes a link in one that is missing
	# fails, and the package cannot be configured. Hence the endings. Of /usr/share/doc dpkg keeps the
	# folders by itself, since one file in them is taken back in.
	# shellcheck disable=SC2086 # two words or none
	run env TMPDIR="$STATE" $alone mmdebstrap --variant=minbase --format=tar --skip=output/dev \
		${DEBIAN_PACKAGES:+--include="$DEBIAN_PACKAGES"} \
		--dpkgopt='path-exclude=/usr/share/man/*.gz' --dpkgopt='path-exclude=/usr/share/locale/*.mo' \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
		'' - "$@" </dev/null >"$STATE/archive" || die "mmdebstrap failed: $(reason)"
	chmod 700 "$STATE"
	tar_unpack "$STATE/archive"
	mkdir -p "$NEW/dev"
}
