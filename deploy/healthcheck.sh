#!/usr/bin/env bash
# healthcheck.sh PATH [PORT]: succeeds when 127.0.0.1:PORT (default 5080) answers GET PATH with status 200.
# The image has no curl: one less program that could be misused, and bash can ask this much.
set -euo pipefail
path=${1:?path, such as /healthz}
port=${2:-5080}
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$path" "$port" >&3
IFS=' ' read -r -t 4 _ status _ <&3
[[ $status == 200 ]]
