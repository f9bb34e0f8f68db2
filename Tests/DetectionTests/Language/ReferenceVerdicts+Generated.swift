// Generated table: verdicts of Suricata 8.0.7 on single rules; a line without a header is the options of a TCP rule.

/// Rules and what Suricata says of them.
enum ReferenceVerdicts {
  /// Rules that it takes.
  static let taken = #"""
    alert tcp any any -> any any (msg:"no paren"; content:"abc"; sid:1;
    alert TCP any any -> any any (msg:"x"; content:"abc"; sid:1;)
    msg:"a\;b\"c\\d\:e\q"; content:"abc";
    content:"abc:def";
    content:"a\:c\;\"\\";
    content:"|41 4 1|";
    content:! "abc";
    content:!"abc";
    content:"abc"; nocase:;
    Content:"abc";
    content:"abc"; distance:1;
    content:"abc"; within:10;
    content:"abc"; endswith; offset:5;
    content:"abc"; endswith; depth:5;
    content:"abc"; content:"def"; endswith; within:5;
    content:!"abc"; fast_pattern;
    content:!"abc"; fast_pattern; content:"x";
    content:"abcdef"; fast_pattern:1,3;
    content:"abcdef"; fast_pattern:only;
    content:"abcdef"; dsize:<6;
    content:"abcdef"; rawbytes; replace:"abcdee";
    gid:5; rev:1; content:"a"; priority:300;
    priority:255; content:"a";
    priority:0; content:"a";
    classtype:foo; content:"a";
    classtype:foo-bar; classtype:trojan-activity; content:"a";
    reference:foo,bar; content:"a";
    reference:url,www.x; content:"a";
    metadata:a b, c, d e f; content:"a";
    alert tcp [!1.1.1.1] any -> any any (content:"a"; sid:1;)
    alert tcp [1.1.1.0/24,!1.1.1.1] any -> any any (content:"a"; sid:1;)
    alert tcp 1.1.1.1-1.1.1.9 any -> any any (content:"a"; sid:1;)
    alert tcp 1.1.1.1/255.255.255.0 any -> any any (content:"a"; sid:1;)
    alert tcp 1.1.1.1,2.2.2.2 any -> any any (content:"a"; sid:1;)
    alert tcp [fe80::/10,1.2.3.4] any -> any any (content:"a"; sid:1;)
    alert tcp ::1-::9 any -> any any (content:"a"; sid:1;)
    alert tcp [!$HOME_NET,1.2.3.4] any -> any any (content:"a"; sid:1;)
    alert tcp [[1.2.3.4,[5.6.7.8,!5.6.7.8]],!9.9.9.9] any -> any any (content:"a"; sid:1;)
    alert tcp any 1:10 -> any 5000: (content:"a"; sid:1;)
    alert tcp any :10 -> any [1,2,!2] (content:"a"; sid:1;)
    alert tcp any 1:10,!5 -> any any (content:"a"; sid:1;)
    alert tcp any [1:10,!5:7] -> any [!80,!443] (content:"a"; sid:1;)
    alert tcp [any,!1.1.1.1] [any,!80] -> any any (content:"a"; sid:1;)
    alert tcp ![1.1.1.1,!2.2.2.2] any -> any any (content:"a"; sid:1;)
    alert tcp !!1.1.1.1 any -> any any (content:"a"; sid:1;)
    alert tcp ![!1.1.1.1] any -> any any (content:"a"; sid:1;)
    alert tcp [![1.1.1.0/24,!1.1.1.1]] any -> any any (content:"a"; sid:1;)
    alert tcp 0.0.0.0/0 any -> ::/0 any (content:"a"; sid:1;)
    alert icmp any 80 -> any any (itype:8; sid:1;)
    alert ip any 80 -> any any (content:"a"; sid:1;)
    alert pkthdr any any -> any any (decode-event:ipv4.pkt_too_small; sid:1;)
    alert tcp-pkt any any -> any any (content:"a"; sid:1;)
    alert tcp-stream any any -> any any (content:"a"; sid:1;)
    alert icmpv6 any any -> any any (itype:1; sid:1;)
    alert ipv4 any any -> any any (content:"a"; sid:1;)
    alert ip6 any any -> any any (content:"a"; sid:1;)
    alert http1:request_line any any -> any any (content:"a"; sid:1;)
    alert tcp:all any any -> any any (content:"a"; sid:1;)
    alert udp any any -> any any (http.uri; content:"a"; sid:1;)
    alert http any any -> any any (content:"a"; content:"b"; distance:1; http_uri; sid:1;)
    alert http any any -> any any (http.uri; content:"abc"; to_lowercase; content:"abc"; sid:1;)
    msg:"nothing";
    alert http any any -> any any (http.uri; bsize:2; sid:1;)
    alert http any any -> any any (http.uri; content:"abc"; depth:3; bsize:3; sid:1;)
    alert http any any -> any any (http.uri; content:"abc"; urilen:<3; sid:1;)
    alert http any any -> any any (http.uri; absent; sid:1;)
    alert http any any -> any any (http.uri; absent:or_else; content:"a"; sid:1;)
    ttl:1-3;
    ttl:1<>3;
    ttl:0x10;
    ttl:>=5;
    ttl:!5;
    ttl:!=5;
    ttl:! 5;
    ttl:=5;
    ttl:!5-9;
    ttl: > 5 ;
    ttl:&5=1;
    ttl:&0x5!=1;
    dsize:1<>3;
    dsize:1-3;
    dsize:>5;
    dsize:!5;
    dsize:1kb;
    flow:established,to_server; content:"a";
    flow:stateless; content:"a";
    flow: Established ,only_stream; content:"a";
    flowbits:set,a|b; content:"a";
    flowbits:isset,a|b; content:"a";
    flowbits:noalert; content:"a";
    flowbits:toggle,x; content:"a";
    flowbits:set,a; flowbits:unset,a; content:"a";
    flowbits:isset,a; flowbits:isnotset,a; content:"a";
    flowbits:set,a; flowbits:isset,a; content:"a";
    xbits:set,x,track ip_src,expire 10; content:"a";
    xbits:set,x,track ip_src; content:"a";
    xbits:isset,x,track ip_pair; content:"a";
    xbits:noalert; content:"a";
    xbits:toggle,x,track ip_dst; content:"a";
    hostbits:set,x; content:"a";
    hostbits:set,x,src; content:"a";
    threshold:type limit, track by_src, count 1, seconds 60; content:"a";
    threshold: type both,count 1, track by_rule, seconds 60; content:"a";
    threshold:type backoff, track by_flow, count 1, multiplier 10; content:"a";
    threshold:type limit, track by_src, count 0, seconds 60; content:"a";
    detection_filter:track by_src, count 1, seconds 60; content:"a";
    pcre:"/a/";
    pcre:"/a/U";
    pcre:"/a/Z";
    pcre:!"/a/i";
    pcre:/a/i;
    pcre:"/a(?P<flow_x>b)/";
    pcre:"/a(b)/, flow:x";
    pcre:"/a(b)(c)/i, flow:x, pkt:y";
    pcre:"/a/B";
    pcre:"/a/O"; content:"x";
    content:"x"; pcre:"/a/R";
    http.uri; pcre:"/a/U"; content:"x";
    pcre:"/a/S";
    pcre:"/a/Y";
    pcre:"/a/V";
    pcre:"/a/W";
    pcre:"/a/Q";
    pcre:"/a\;b/";
    pcre:"/a\"b/";
    pcre:"/a"b/";
    pcre:"/a\/b/";
    pcre:"/a/b/";
    byte_test:4,>,100,0; content:"a";
    byte_test:4,!&,100,0,relative,little,string,hex; content:"a";
    byte_test:4, >= , 0x10 , 0 , relative; content:"a";
    byte_test:10,>,100,0,string,dec; content:"a";
    byte_test:4,>,100,0,string; content:"a";
    byte_test:4,>,100,0,bitmask 0xff; content:"a";
    byte_test:4,>,100,0,dce; content:"a";
    byte_test:4,!,100,0; content:"a";
    byte_test:4,!=,100,0; content:"a";
    byte_test:4,=,100,-4; content:"a";
    byte_test:4,^,100,0; content:"a";
    byte_test:3,=,100,0; content:"a";
    byte_extract:4,0,v; byte_test:4,=,v,0; content:"a";
    byte_extract:4,0,v; byte_test:v,=,v,v; content:"a";
    byte_extract:4,0,v,relative,multiplier 2,little,align 4; content:"a"; offset:v;
    byte_extract:4,0,v,string,hex; content:"a"; depth:v;
    byte_extract:4,0,v; content:"a"; distance:v; within:v;
    byte_extract:4,0,v; byte_extract:4,0,v; content:"a";
    byte_extract:4,0,4; content:"a";
    byte_jump:4,0; content:"a";
    byte_jump:4,0,relative,multiplier 2,little,align,from_beginning,post_offset -4; content:"a";
    byte_jump:4,0,from_end; content:"a";
    byte_jump:0,0; content:"a";
    byte_jump:4,0,dce; content:"a";
    byte_extract:4,0,v; byte_jump:4,v; content:"a";
    byte_math:bytes 4, offset 0, oper +, rvalue 10, result v; content:"a";
    byte_math:bytes 4, offset 0, oper /, rvalue 0, result v; content:"a";
    byte_extract:1,0,w; byte_math:bytes w, offset 0, oper +, rvalue w, result v; content:"a";
    isdataat:10; content:"a";
    isdataat:!10,relative; content:"a";
    isdataat:10,relative,rawbytes; content:"a";
    byte_extract:1,0,w; isdataat:w; content:"a";
    file.data; content:"a"; bsize:>5;
    urilen:5;
    urilen:5<>9,raw;
    urilen:5<>9,norm;
    urilen:!5;
    base64_decode:bytes 10, offset 2, relative; base64_data; content:"a";
    base64_decode; base64_data; content:"a";
    base64_decode:; base64_data; content:"a";
    content:"a"; base64_decode:relative; base64_data; content:"b"; pkt_data; content:"c";
    http.uri; entropy:value > 4.1;
    http.uri; entropy:bytes 10, offset 2, value >= 4;
    file.data; entropy:value 3.5;
    flow.age:>10;
    flow.pkts:toserver,>10;
    flow.pkts:either,>10;
    flow.pkts_toserver:10;
    stream_size:server,>,10;
    stream_size:both, <=, 10;
    stream_size:client,!=,10;
    app-layer-protocol:http;
    app-layer-protocol:!http;
    app-layer-protocol:http,final;
    app-layer-protocol:failed;
    app-layer-event:http.foo;
    app-layer-event:http.invalid_host_part;
    app-layer-event:applayer_mismatch_protocol_both_directions;
    app-layer-event:dns.z_flag_set;
    alert ip any any -> any any (app-layer-event:dns.z_flag_set; sid:1;)
    decode-event:ipv4.pkt_too_small;
    engine-event:stream.3whs_ack_in_wrong_dir;
    engine-event:decoder.ipv4.pkt_too_small;
    stream-event:3whs_ack_in_wrong_dir;
    flags:S;
    flags:S,12;
    flags:+SA;
    flags:*SA,CE;
    flags:!S;
    flags:0;
    flags:S+;
    flags:FSRPAUEC;
    flags:SAF,CE;
    tcp.flags:S;
    window:!55;
    tcp.window:55;
    seq:1; ack:2;
    tcp.seq:0;
    ipopts:rr;
    ipopts:any;
    alert ip any any -> any any (ip_proto:!6; sid:1;)
    alert ip any any -> any any (ip_proto:TCP; sid:1;)
    alert ip any any -> any any (ip_proto:>6; sid:1;)
    sameip;
    fragbits:M;
    fragbits:+MD;
    fragbits:!D;
    fragoffset:0;
    fragoffset:>5;
    alert icmp any any -> any any (itype:>10; icode:1<>5; icmp_id:4; icmp_seq:9; sid:1;)
    alert icmp any any -> any any (itype:1-10; sid:1;)
    tos:4;
    tos:!4;
    tos:x41;
    id:1;
    tcp.mss:>500;
    tcp.wscale:5;
    ipv4-csum:valid;
    vlan.id:5;
    vlan.id:5,0;
    vlan.id:>5,any;
    vlan.layers:0;
    alert ip any any -> any any (l3_proto:ipv4; sid:1;)
    target:src_ip; content:"a";
    requires:version >= 7.0.0; content:"a";
    requires: feature foo; content:"a";
    requires: keyword foo; content:"a";
    requires: version >= 7.0.0 < 8.0.0; content:"a";
    noalert; content:"a";
    alert; content:"a";
    bypass; content:"a";
    content:"a"; prefilter;
    ttl:5; prefilter;
    http.uri; content:"a"; bsize:2; content:"abc";
    http.uri; content:"abc"; content:"def"; bsize:5;
    http.uri; content:"abc"; bsize:<3;
    http.uri; content:"abc"; bsize:<4;
    http.uri; content:"abc"; urilen:<2;
    http.uri; content:"abcd"; urilen:1<>3;
    http.uri; pcre:"/a/R";
    content:"a"; classtype:foo; classtype:trojan-activity;
    flowint:abc,+,1; content:"a";
    flowint: abc , + , 1; content:"a";
    flowint:abc,isset; content:"a";
    flowint:abc,isnotset; content:"a";
    flowint:abc,notset; content:"a";
    dns.rcode:nxdomain;
    dns.rrtype:A;
    dns.opcode:!4;
    dns.opcode:1-4;
    dns.rcode:300;
    tls.version:1.2;
    ssl_version:tls1.0,tls1.2;
    ssl_version:!tls1.0;
    ssl_state:client_hello;
    ssl_state:!client_hello|server_hello;
    tls_cert_notbefore:<2020;
    tls_cert_notafter:2016<>2020;
    tls_cert_expired;
    tls.cert_chain_len:>1;
    tls.subject:"CN=x";
    tls.subject:!"CN=x";
    tls.issuerdn:"CN=x";
    alert tls:client_hello_done any any -> any any (tls.sni; content:"a"; sid:1;)
    alert tls any any -> any any (ja3.hash; content:"00112233445566778899AABBCCDDEEFF"; sid:1;)
    alert http any any <> any any (flow:to_server; http.uri; content:"a"; sid:1;)
    alert http any any -> any any (file.data; content:"a"; http.method; content:"GET"; sid:1;)
    alert udp any any -> any any (file.data; content:"a"; sid:1;)
    file.data; content:"a"; http.uri; content:"b";
    alert udp any any -> any any (flags:S; sid:1;)
    itype:8;
    alert ip any any -> any any (flow:established; sid:1;)
    content:"a"; isdataat:5,relative; content:"b"; distance:0; nocase; fast_pattern;
    http.uri; content:"a"; stream_size:client,>,5;
    http.uri; content:"a"; tcpv4-csum:valid;
    http.uri; content:"a"; stream-event:fin_but_no_session;
    http.uri; content:"a"; decode-event:ipv4.pkt_too_small;
    http.uri; content:"a"; flow:only_frag;
    content:"x"; http.uri; content:"a";
    alert http1:request_line any any -> any any (http.uri; content:"a";  sid:1;)
    app-layer-protocol:http; http.uri; content:"a";
    app-layer-protocol:!tls; app-layer-protocol:!http;
    alert ip any any -> any any (tcp.hdr; content:"a"; sid:1;)
    alert ip any any -> any any (icmpv4.hdr; content:"a"; sid:1;)
    ipv6.hdr; content:"a";
    alert udp any any -> any any (stream-event:fin_but_no_session; sid:1;)
    tcp.mss:>5; tcp.mss:<4;
    alert udp any any -> any any (stream_size:client,>,5; sid:1;)
    content:"abcdef"; content:"g"; within:10; dsize:8;
    content:"abcdef"; content:"g"; distance:1; within:10; dsize:8;
    content:"abc"; depth:10; dsize:5;
    content:"abcdef"; dsize:1<>6;
    content:"abcdef"; dsize:1<>7;
    content:"abc"; content:"d"; offset:6; dsize:!6;
    content:"abc"; content:"d"; offset:6; dsize:6;
    content:"abc"; content:!"d"; offset:6; dsize:!6;
    content:"abc"; content:!"defghij"; dsize:!6;
    content:"abc"; depth:4; dsize:<3;
    content:"abc"; offset:1; depth:4; dsize:<=3;
    tcp.hdr; byte_test:1,=,1,1,relative;
    tcp.hdr; byte_jump:1,0,relative;
    tcp.hdr; byte_extract:1,0,v,relative; content:"a"; offset:v;
    tcp.hdr; isdataat:1,relative;
    byte_test:1,=,1,1,relative;
    byte_jump:1,0,relative;
    byte_extract:1,0,v,relative; content:"a"; offset:v;
    byte_math:bytes 1, offset 1, oper +, rvalue 2, result r, relative; content:"a"; offset:r;
    isdataat:1,relative;
    content:"a"; http_uri; isdataat:1,relative;
    byte_jump:4,0; byte_test:1,=,1,1,relative;
    http.uri; content:"a"; distance:0;
    http.uri; content:!"a"; within:5;
    byte_test:1,=,65,-214748364;
    content:"a"; within:1048576;
    content:"a"; offset:65535;
    content:"a"; base64_decode:bytes 65535; base64_data; content:"c";
    base64_decode:bytes 5, offset 100000; base64_data; content:"c";
    http.uri; xor:"0a0b"; content:"a";
    http.uri; to_md5; content:"a";
    http.uri; from_base64; content:"a";
    http.uri; from_base64:bytes 5, offset 1, mode strict; content:"a";
    http.uri; gunzip; content:"a";
    http.uri; gunzip:max-size 5; content:"a";
    http.uri; zlib_deflate; content:"a";
    http.uri; domain; content:"a";
    http.uri; tld; content:"a";
    file.data; to_lowercase; content:"a";
    http.uri; to_lowercase; pcre:"/A/";
    http.uri; to_lowercase; pcre:"/a/U";
    http.uri; to_lowercase; isdataat:5;
    file.name; content:"a";
    filename:"a";
    filename:!"a";
    filename:a;
    fileext:"a";
    fileext:!a;
    noalert; alert; content:"a";
    priority:5000000000; content:"a";
    entropy:value > 4;
    http.uri; entropy:value 4-5;
    pkt_data; content:"a"; entropy:value >3;
    http.uri; content:"a"; http.method; absent;
    http.user_agent; absent;
    http.uri; content:"a"; bsize:5; bsize:6;
    ssl_version:tls1.3 , tls1.2;
    ssl_state:client_hello,server_hello;
    ssl_state:client_hello|server_hello;
    ssl_state:!client_hello|!server_hello;
    dns.rrtype:!A;
    dns.rrtype:>5;
    dns.rrtype:a;
    tls.subject:"CN=x"; tls.issuerdn:!"CN=y";
    tls_cert_subject; content:"a";
    tls.fingerprint:"4a:a3:66:76:82:cb:6b:23:bb:c3:58:47:23:a4:63:a7:78:a4:a1:18";
    tls.cert_chain_len:300;
    """#

  /// Rules that it refuses.
  static let refused = #"""
    alert tcp any any -> any any (msg:"trailing"; content:"abc"; sid:1;) xx
    alert tcp any any -> any any (msg:"nosemi"; content:"abc"; sid:1)
    alert tcp any any <- any any (msg:"x"; content:"abc"; sid:1;)
    msg:noquotes; content:"abc";
    content:abc;
    content:"abc;def";
    content:"a\bc";
    content:"a"b";
    content:"|4|";
    content:"|41|b|42";
    content:"|zz|";
    content:"";
    content : "abc" ; nocase:1;
    content:"abc"; foo;
    content:"abc"; depth:2;
    content:"abc"; offset:70000;
    content:"abc"; depth:3; depth:4;
    content:"abc"; within:2;
    content:"abc"; depth:5; distance:1;
    content:"abc"; content:"def"; depth:5; distance:1;
    content:"abc"; content:"def"; depth:5; within:4;
    depth:5; content:"abc";
    content:"abc"; startswith; depth:5;
    content:"abc"; startswith; offset:5;
    content:"abc"; content:"def"; startswith; distance:5;
    content:"abcdef"; fast_pattern:4,3;
    content:"abcdef"; fast_pattern:only; depth:7;
    content:"abcdef"; fast_pattern; content:"q"; fast_pattern;
    content:"abcdef"; dsize:3;
    content:"d"; offset:6; content:"abc"; dsize:!6;
    content:"abc"; offset:1; depth:4; dsize:<3;
    content:!"defghij"; content:"abc"; dsize:!6;
    content:"abcdef"; offset:3; dsize:8;
    sid:1; content:"a";
    sid:0; content:"a";
    alert tcp any any -> any any (content:"a";)
    rev:x; content:"a";
    reference:url; content:"a";
    msg:"a"; msg:"b"; content:"a";
    rev:1; rev:2; content:"a";
    metadata:; content:"a";
    alert tcp !any any -> any any (content:"a"; sid:1;)
    alert tcp any !any -> any any (content:"a"; sid:1;)
    alert tcp [1.1.1.1,!1.1.1.0/24] any -> any any (content:"a"; sid:1;)
    alert tcp [1.1.1.1,!1.1.1.1] any -> any any (content:"a"; sid:1;)
    alert tcp 1.1.1.9-1.1.1.1 any -> any any (content:"a"; sid:1;)
    alert tcp 1.1.1.1/33 any -> any any (content:"a"; sid:1;)
    alert tcp 1.1.1 any -> any any (content:"a"; sid:1;)
    alert tcp $NOPE any -> any any (content:"a"; sid:1;)
    alert tcp [1.2.3.4 any -> any any (content:"a"; sid:1;)
    alert tcp 1.2.3.4] any -> any any (content:"a"; sid:1;)
    alert tcp any [1,!1] -> any any (content:"a"; sid:1;)
    alert tcp any 70000 -> any any (content:"a"; sid:1;)
    alert tcp any 10:5 -> any any (content:"a"; sid:1;)
    alert tcp any 10-15 -> any any (content:"a"; sid:1;)
    alert tcp any abc -> any any (content:"a"; sid:1;)
    alert tcp any [] -> any any (content:"a"; sid:1;)
    alert tcp [] any -> any any (content:"a"; sid:1;)
    alert tcp [1.1.1.1,,2.2.2.2] any -> any any (content:"a"; sid:1;)
    alert tcp !0.0.0.0/0 any -> any any (content:"a"; sid:1;)
    alert foo any any -> any any (content:"a"; sid:1;)
    alert http1:foo any any -> any any (content:"a"; sid:1;)
    alert dns any any -> any any (http.uri; content:"a"; sid:1;)
    http.uri; content:"a"; dns.query; content:"b";
    alert http any any -> any any (flow:to_client; http.uri; content:"a"; sid:1;)
    alert http any any -> any any (http.uri; content:"a"; http.stat_code; content:"200"; sid:1;)
    alert http any any -> any any (http.uri; sid:1;)
    alert http any any -> any any (http.uri; http.method; content:"GET"; sid:1;)
    alert http any any -> any any (http.uri; content:"a"; http_header; sid:1;)
    alert http any any -> any any (http_uri; content:"a"; sid:1;)
    alert http any any -> any any (http.uri; to_lowercase; content:"Abc"; sid:1;)
    alert http any any -> any any (http.host; content:"ABC"; sid:1;)
    alert http any any -> any any (http.host; content:"abc"; nocase; sid:1;)
    alert http any any -> any any (http.uri; content:"abc"; bsize:2; sid:1;)
    alert http any any -> any any (bsize:2; sid:1;)
    alert http any any -> any any (urilen:2; http.uri; content:"abc"; sid:1;)
    alert http any any -> any any (http.uri; content:"a"; absent; sid:1;)
    alert http any any -> any any (http.uri; absent; content:"a"; sid:1;)
    alert http any any -> any any (http.uri; absent:or_else; sid:1;)
    ttl:1-2;
    ttl:3-1;
    ttl:1<>2;
    ttl:256;
    ttl:&5;
    ttl:1,2;
    ttl:[1,2];
    ttl:oneof 1,2;
    dsize:1<>2;
    dsize:70000;
    dsize:5<>3;
    flow:to_server,to_client; content:"a";
    flow:established,established; content:"a";
    flow:established,not_established; content:"a";
    flow:established,stateless; content:"a";
    flow:from_client, from_server; content:"a";
    flow:foo; content:"a";
    flow:no_frag,only_frag; content:"a";
    flow:no_stream,only_stream; content:"a";
    flowbits:isset,a b; content:"a";
    flowbits:set; content:"a";
    flowbits:noalert,x; content:"a";
    flowbits:foo,x; content:"a";
    flowbits:reset; content:"a";
    flowint:a,++,1; content:"a";
    xbits:set,x,track ip_src,expire 0; content:"a";
    hostbits:isset,x,both; content:"a";
    threshold:type backoff, track by_src, count 1, multiplier 10; content:"a";
    threshold:type limit, track by_src, count 1; content:"a";
    detection_filter:track by_both, count 1, seconds 60; content:"a";
    pcre:"/a/iUR";
    pcre:"/a/UH";
    pcre:"a";
    pcre:"/a";
    pcre:"/(a/";
    pcre:"/a(b)/i, flow:x,pkt:y";
    pcre:"m#a#i";
    pcre:"/a/iR";
    http.uri; content:"x"; pcre:"/a/H";
    pcre:"/a/q";
    pcre:"/a;b/";
    pcre:"/a/ i";
    byte_test:4,=>,100,0; content:"a";
    byte_test:9,>,100,0; content:"a";
    byte_test:24,>,100,0,string,dec; content:"a";
    byte_test:4,>,100,0,dec; content:"a";
    byte_test:4,>,100; content:"a";
    byte_test:4,foo,100,0; content:"a";
    byte_test:4,=,v,0; content:"a";
    byte_extract:9,0,v; content:"a";
    byte_extract:4,0,v,align 3; content:"a";
    byte_extract:4,70000,v; content:"a";
    byte_extract:4,0,v; byte_jump:v,0,post_offset v; content:"a";
    byte_math:bytes 4, offset 0, oper %, rvalue 10, result v; content:"a";
    byte_math:bytes 4, oper +, rvalue 10, result v; content:"a";
    isdataat:70000; content:"a";
    isdataat:x; content:"a";
    content:"a"; bsize:5;
    base64_data; content:"a";
    base64_decode:foo 1; base64_data; content:"a";
    http.uri; entropy: offset 2;
    stream_size:foo,>,10;
    stream_size:client,=>,10;
    app-layer-protocol:unknown,both;
    app-layer-protocol:http,toserver;
    app-layer-protocol:http,foo;
    alert http any any -> any any (app-layer-event:dns.z_flag_set; sid:1;)
    stream-event:stream.3whs_ack_in_wrong_dir;
    stream-event:foo;
    flags:SAX;
    window:>5;
    seq:>5;
    ipopts:foo;
    ip_proto:6;
    alert ip any any -> any any (ip_proto:tcp; ip_proto:!udp; sid:1;)
    alert ip any any -> any any (ip_proto:256; sid:1;)
    alert ip any any -> any any (ip_proto:foo; sid:1;)
    fragoffset:!5;
    alert icmp any any -> any any (icmp_id:"4"; icmp_seq:70000; sid:1;)
    id:!1;
    id:1,2;
    tcpv4-csum:"invalid";
    tcpv4-csum:foo;
    alert ip any any -> any any (l3_proto:4; sid:1;)
    target:foo; content:"a";
    prefilter; content:"a";
    http.uri; bsize:2; content:"abc";
    http.uri; content:"abc"; content:"def"; distance:0; bsize:5;
    http.uri; content:"abcd"; bsize:1<>3;
    http.uri; content:"abc"; offset:2; bsize:4;
    http.uri; content:!"abc"; bsize:2;
    http.uri; content:"abc"; urilen:2;
    flowint:abc,++,1; content:"a";
    flowint:abc,>,-1; content:"a";
    tls.fingerprint:"aa:bb";
    alert dns:request_started any any -> any any (dns.query; content:"a"; sid:1;)
    alert tls any any -> any any (ja3.hash; content:"0011"; sid:1;)
    alert http any any <> any any (http.uri; content:"a"; http.stat_code; content:"200"; sid:1;)
    alert dns any any -> any any (file.data; content:"a"; sid:1;)
    alert udp any any -> any any (tcp.mss:5; tcp.hdr; content:"a"; sid:1;)
    alert tcp-stream any any -> any any (content:"a"; dsize:5; sid:1;)
    flow:only_stream; content:"a"; dsize:5;
    http.uri; content:"a"; dsize:5;
    http.uri; content:"a"; ttl:5;
    content:"a"; fast_pattern; fast_pattern;
    content:"a"; nocase; nocase;
    content:"a"; http_uri; http_header;
    content:"a"; rawbytes; http_uri;
    content:"a"; rawbytes; rawbytes;
    content:!"a"; fast_pattern:only;
    content:!"a"; depth:5; fast_pattern;
    content:!"a"; distance:5; fast_pattern;
    http.uri; content:"a"; sameip;
    http.uri; content:"a"; vlan.id:5;
    http.uri; content:"a"; tos:5;
    http.uri; content:"a"; id:5;
    http.uri; content:"a"; ipopts:rr;
    http.uri; content:"a"; fragbits:D;
    http.uri; content:"a"; tcp.mss:>5;
    http.uri; content:"a"; flags:S;
    http.uri; content:"a"; seq:5;
    http.uri; content:"a"; ipv4.hdr; content:"b";
    http.uri; content:"a"; flow:no_stream;
    http.uri; content:"a"; flow.age:>5;
    alert http1:request_headers any any -> any any (http.uri; content:"a";  sid:1;)
    alert http1:request_line any any -> any any (http.user_agent; content:"a";  sid:1;)
    alert http1:request_line any any -> any any (http.stat_code; content:"a";  sid:1;)
    alert http1:request_complete any any -> any any (http.uri; content:"a";  sid:1;)
    alert http1:request_started any any -> any any (flow:to_client; sid:1;)
    alert http any any -> any any (app-layer-protocol:http;  sid:1;)
    app-layer-protocol:tls; app-layer-protocol:!http;
    alert udp any any -> any any (tcp.hdr; content:"a"; sid:1;)
    content:"abcdef"; content:!"g"; within:10; dsize:8;
    content:"abcdef"; content:!"g"; distance:5; dsize:8;
    content:!"abcdef"; dsize:5;
    content:"abcdef"; content:"ab"; dsize:5;
    content:"abcdef"; dsize:1<>4;
    content:"abcdef"; dsize:!3;
    byte_jump:1,214748364;
    byte_extract:1,65535,v; content:"a"; offset:v;
    byte_extract:1,65536,v; content:"a"; offset:v;
    content:"a"; distance:2000000;
    content:"a"; distance:-1048577;
    content:"a"; within:1048577;
    content:"a"; offset:-1;
    content:"a"; depth:65536;
    base64_decode:bytes 100000; base64_data; content:"c";
    http.uri; xor:"0a0"; content:"a";
    http.uri; xor:0a0b; content:"a";
    http.uri; xor:"0x0a"; content:"a";
    http.uri; to_lowercase; to_md5; content:"A";
    http.uri; to_lowercase; content:"A"; nocase;
    http.uri; url_decode; to_lowercase; dotprefix; content:"A";
    http.uri; from_base64:bytes 5, offset 1, mode foo; content:"a";
    http.uri; subslice:5; content:"a";
    to_lowercase; content:"a";
    pkt_data; to_lowercase; content:"a";
    priority:-1; content:"a";
    sid:5000000000; content:"a";
    http.uri; entropy:bytes 5 offset 2 value >3;
    absent; content:"a";
    http.user_agent; absent:foo;
    http.uri; bsize:1,2;
    bsize:5; http.uri; content:"a";
    ssl_version:!tls1.3,!tls1.2;
    ssl_version:tls1.3,!tls1.2;
    ssl_version:tlsv1.2;
    ssl_version:>tls1.0;
    tls.version:"1.2";
    tls.subject; content:"a";
    tls.issuerdn; content:"a";
    tls.fingerprint; content:"a";
    tls.cert_chain_len:5000000000;
    """#
}
