/// What holds where no suricata.yaml is given: the reference's own defaults, as far as they are not
/// those of the settings themselves.
let standardConfiguration = """
  %YAML 1.1
  ---
  vars:
    address-groups:
      HOME_NET: "[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]"
      EXTERNAL_NET: "!$HOME_NET"
      HTTP_SERVERS: "$HOME_NET"
      SMTP_SERVERS: "$HOME_NET"
      SQL_SERVERS: "$HOME_NET"
      DNS_SERVERS: "$HOME_NET"
      TELNET_SERVERS: "$HOME_NET"
      AIM_SERVERS: "$EXTERNAL_NET"
      DC_SERVERS: "$HOME_NET"
      DNP3_SERVER: "$HOME_NET"
      DNP3_CLIENT: "$HOME_NET"
      MODBUS_CLIENT: "$HOME_NET"
      MODBUS_SERVER: "$HOME_NET"
      ENIP_CLIENT: "$HOME_NET"
      ENIP_SERVER: "$HOME_NET"
    port-groups:
      HTTP_PORTS: "80"
      SHELLCODE_PORTS: "!80"
      ORACLE_PORTS: 1521
      SSH_PORTS: 22
      DNP3_PORTS: 20000
      MODBUS_PORTS: 502
      FILE_DATA_PORTS: "[$HTTP_PORTS,110,143]"
      FTP_PORTS: 21
      GENEVE_PORTS: 6081
      VXLAN_PORTS: 4789
      TEREDO_PORTS: 3544
      SIP_PORTS: "[5060, 5061]"
  stats:
    enabled: yes
    interval: 8
  outputs:
    - eve-log:
        enabled: yes
        filetype: regular
        filename: eve.json
        community-id: true
        types:
          - alert:
              tagged-packets: yes
          - anomaly:
              enabled: yes
          - http:
              extended: yes
          - dns:
          - mdns:
          - smb
          - dcerpc
          - pppoe
          - ppp
          - l2tp
          - ldap
          - radius
          - sip
          - modbus
          - mqtt
          - dhcp
          - dnp3
          - enip
          - ike
          - krb5
          - nfs
          - rdp
          - bittorrent-dht
          - ntp
          - pgsql
          - quic
          - rfb
          - snmp
          - websocket
          - tls:
              extended: yes
          - files:
              force-magic: no
          - stats:
              totals: yes
          - flow
  logging:
    default-log-level: notice
    outputs:
    - console:
        enabled: yes
  app-layer:
    protocols:
      dnp3:
        enabled: yes
      modbus:
        enabled: yes
      tls:
        detection-ports:
          dp: 443
      dns:
        tcp:
          detection-ports:
            dp: 53
        udp:
          detection-ports:
            dp: 53
      smtp:
        mime:
          decode-mime: yes
          decode-base64: yes
          decode-quoted-printable: yes
          header-value-depth: 2000
          extract-urls: yes
        inspected-tracker:
          content-limit: 100000
          content-inspect-min-size: 32768
          content-inspect-window: 4096
      http:
        libhtp:
          default-config:
            personality: IDS
            request-body-limit: 100 KiB
            response-body-limit: 100 KiB
            request-body-minimal-inspect-size: 32 KiB
            request-body-inspect-window: 4 KiB
            response-body-minimal-inspect-size: 40 KiB
            response-body-inspect-window: 16 KiB
  flow-timeouts:
    default:
      new: 30
      established: 300
      closed: 0
    tcp:
      new: 60
      established: 600
      closed: 60
      emergency-new: 5
      emergency-established: 100
      emergency-closed: 10
    udp:
      new: 30
      established: 300
    icmp:
      new: 30
      established: 300
  stream:
    memcap: 64 MiB
    checksum-validation: yes
    reassembly:
      urgent:
        policy: oob
        oob-limit-policy: drop
      memcap: 256 MiB
      depth: 1 MiB
      toserver-chunk-size: 2560
      toclient-chunk-size: 2560
  host-os-policy:
    windows: [0.0.0.0/0]
  pcre:
    match-limit: 3500
    match-limit-recursion: 1500
  decoder:
    teredo:
      enabled: true
      ports: $TEREDO_PORTS
    vxlan:
      enabled: true
      ports: $VXLAN_PORTS
    geneve:
      enabled: true
      ports: $GENEVE_PORTS
  """
