/// Keys that suricata.yaml may have, by section: what the reference configuration and its tests use.
///
/// Generated from Suricata 8.0.6's configuration; values are not looked at. A section without keys takes any.
let knownConfigurationKeys: [String: String] = [
  "action-order": "",
  "af-packet": """
    block-size block-timeout bpf-filter buffer-size checksum-checks cluster-id cluster-type copy-iface
    copy-mode defrag disable-hwtimestamp disable-promisc interface mmap-locked ring-size threads tpacket-v3
    use-emergency-flush v2-block-size
    """,
  "af-xdp": """
    busy-poll-budget busy-poll-time disable-promisc enable-busy-poll force-bind-mode force-xdp-mode
    gro-flush-timeout interface mem-unaligned napi-defer-hard-irq threads
    """,
  "app-layer": """
    address apache bittorrent-dht body-md5 bypass byterange compress-depth compression-bomb-count
    compression-bomb-limit content-inspect-min-size content-inspect-window content-limit dcerpc
    decode-base64 decode-mime decode-quoted-printable decompress-depth decompression-time-limit
    default-config detection-ports dhcp dnp3 dns doh2 double-decode-path double-decode-query dp enabled
    encrypt-handling encryption-handling enip error-policy extract-urls extract-urls-schemes ftp full hassh
    header-value-depth headers-limit http http-body-inline http1-rules http2 iis7 ike imap inspected-tracker
    ja3-fingerprints ja4-fingerprints krb5 ldap libhtp log-url-scheme lzma-enabled lzma-memlimit max-frames
    max-line-length max-messages max-msg-length max-objects max-payload-size max-points max-reassembly-size
    max-responses max-streams max-stub-size max-table-size max-tx mdns memcap mime modbus mqtt msn nfs ntp
    personality pgsql pop3 protocols quic randomize-inspection-range randomize-inspection-sizes
    raw-extraction rdp request-body-inspect-window request-body-limit request-body-minimal-inspect-size
    request-flood response-body-decompress-layer-limit response-body-inspect-window response-body-limit
    response-body-minimal-inspect-size rfb server-config sip smb smtp snmp sp ssh stream-depth
    subscribe-topic-match-limit swf-decompression tcp telnet template tftp timeout tls track-only type udp
    unsubscribe-topic-match-limit websocket
    """,
  "asn1-max-frames": "",
  "autofp-scheduler": "",
  "capture": "checksum-validation disable-offloading",
  "classification-file": "",
  "coredump": "max-dump",
  "cuda": """
    batching-timeout cuda-streams cudabuffer-buffer-size data-buffer-size-max-limit
    data-buffer-size-min-limit device-id gpu-transfer-size mpm
    """,
  "daemon-directory": "",
  "datasets": """
    allow-absolute-filenames allow-write conn-seen defaults enabled hashsize limits memcap rules
    save-directory single-hashsize total-hashsizes type versions-seen
    """,
  "decoder": """
    enabled geneve ipip ipip-ipv4 ipip-ipv6 ipv4 ipv6 max-layers ports recursion-level teredo
    track-parent-flow use-for-tracking vntag vxlan
    """,
  "default-log-dir": "",
  "default-packet-size": "",
  "default-reputation-path": "",
  "default-rule-path": "",
  "defrag": "hash-size max-frags memcap memcap-policy prealloc timeout trackers",
  "detect": """
    custom-values default delayed-detect dump-to-disk grouping guess-applayer-tx hash-size include-mpm-stats
    include-rules inspect-logging-threshold inspection-recursion-limit memcap prefilter profile profiling
    rule-reload sgh-mpm-caching sgh-mpm-caching-max-age sgh-mpm-caching-path sgh-mpm-context
    stream-tx-log-limit tcp-priority-ports thresholds toclient-groups toserver-groups udp-priority-ports
    """,
  "dpdk": """
    checksum-checks checksum-checks-offload copy-iface copy-mode eal-params interface interfaces
    interrupt-mode ips linkup-timeout mempool-cache-size mempool-size mtu multicast none proc-type promisc
    rss-hash-functions rx-descriptors tap threads tx-descriptors vlan-strip-offload
    """,
  "engine-analysis": "rules rules-fast-pattern",
  "exception-policy": "",
  "firewall": """
    app client-cert-done client-finished client-handshake-done client-hello-done client-in-progress dns
    enabled filter ftp ftp-data http1 packet policies request-body request-complete request-headers
    request-line request-started request-trailer response-body response-complete response-headers
    response-line response-started response-trailer rule-files rule-path server-cert-done server-finished
    server-handshake-done server-hello server-hello-done server-in-progress tls
    """,
  "flow": """
    bytes emergency-recovery hash-size interval managers memcap memcap-policy prealloc rate-tracking
    recyclers
    """,
  "flow-timeouts": """
    bypassed closed default emergency-bypassed emergency-closed emergency-established emergency-new
    established icmp new tcp udp
    """,
  "geoip-database": "",
  "heartbeat": "output-flush-interval",
  "host": "hash-size memcap prealloc",
  "host-mode": "",
  "host-os-policy": """
    bsd bsd-right hpux10 hpux11 irix linux macos old-linux old-solaris solaris vista windows windows2k3
    """,
  "ignore-unknown-requirements": "",
  "include": "",
  "ipfw": "ipfw-reinjection-rule-number",
  "ippair": "",
  "legacy": "uricontent",
  "livedev": "use-for-tracking",
  "logging": """
    console default-log-format default-log-level default-output-filter enabled facility file filename format
    level outputs stacktrace-on-signal syslog type
    """,
  "luajit": "states",
  "magic-file": "",
  "max-pending-packets": "",
  "mpipe": """
    inputs interface iqueue-packets load-balance size1024 size10386 size128 size16384 size1664 size256
    size4096 size512 stack
    """,
  "mpm-algo": "",
  "multi-detect": "",
  "napatech": """
    auto-config enable-stream-stats hardware-bypass hashmode hba inline ports streams use-all-streams
    """,
  "netmap": """
    bpf-filter checksum-checks copy-iface copy-mode disable-promisc interface threads
    """,
  "nflog": "buffer-size group max-size qthreshold qtimeout",
  "nfq": "",
  "outputs": """
    alert alert-debug alert-prelude alerts all anomaly answer app-layer append applayer arp async batch-size
    bpf-filter buffer-size certs-log-dir community-id community-id-seed compression conditional cpath custom
    decode deltas deployment detailed dhcp dir dnp3 dns dns-log drop dump-all-headers enabled ethernet
    eve-log event-set exception-policy extended facility fast file-log file-store filename files filetype
    flow flows force-filestore force-hash force-magic force-md5 formats frame grouped header
    honor-pass-rules http http-body http-body-data http-body-printable http-log identity is ja4 key level
    limit log-dir log-packet-content log-packet-header lua lz4-checksum lz4-level max-files max-open-files
    md5 mdns metadata mode mqtt ntp null-values packet packethdr passwords path payload payload-buffer-size
    payload-length payload-printable pcap-file pcap-log pgsql pipelining port prefix profile query quic raw
    redis reference requests responses rule scripts scripts-dir server session-resumption smb smtp
    spurious-retransmission ssh state-update stats stream stream-depth stream-maxlen stream-trim-exact
    string-log-limit suricata-version syslog tagged-packets tcp-data tftp threaded threads tls tls-log
    tls-store totals ts-format type types unified2-alert use-stream-depth verdict version websocket-payload
    websocket-payload-printable write-fileinfo xff
    """,
  "packet-alert-max": "",
  "pcap": "bpf-filter buffer-size checksum-checks interface promisc snaplen threads",
  "pcap-file": """
    buffer-size checksum-checks continuous delay delete-when-done poll-interval recursive tenant-id
    """,
  "pcre": "match-limit match-limit-recursion",
  "pfring": "bpf-filter bypass checksum-checks cluster-id cluster-type interface threads",
  "pid-file": "",
  "plugins": "",
  "profiling": """
    append csv enabled filename json keywords limit locks packets pcap-log prefilter rulegroups rules
    sample-rate sort
    """,
  "reference-config-file": "",
  "reputation-categories-file": "",
  "reputation-files": "",
  "rule-files": "",
  "run-as": "group user",
  "runmode": "",
  "security": """
    allow-restricted-functions allow-rules directories enabled landlock limit-noproc lua max-bytes
    max-instructions read write
    """,
  "sensor-name": "",
  "spm-algo": "",
  "stats": """
    decoder-events decoder-events-prefix enabled exception-policy global-stats interval null-values
    per-app-proto-errors stream-events
    """,
  "stream": """
    async-oneside bypass check-overlap-different-data checksum-validation depth drop-invalid inline
    liberal-timestamps max-regions max-syn-queued max-synack-queued memcap memcap-policy midstream
    midstream-policy oob-limit-policy policy randomize-chunk-range randomize-chunk-size raw reassembly
    segment-prealloc toclient-chunk-size toserver-chunk-size urgent
    """,
  "suricata-version": "",
  "threading": """
    autopin cpu cpu-affinity decode-cpu-set default detect-cpu-set detect-thread-ratio high interface
    interface-specific-cpu-set low management-cpu-set medium mode output-cpu-set prio receive-cpu-set
    reject-cpu-set set-cpu-affinity stack-size stream-cpu-set threads verdict-cpu-set worker-cpu-set
    """,
  "threshold-file": "",
  "umask": "",
  "unix-command": "enabled filename",
  "vars": "",
  "vlan": "use-for-tracking",
]
