"""The Japanese texts, with the same keys as `wirelab.sim.views.english`."""
# ruff: noqa: RUF001 - Japanese punctuation is full-width

from wirelab.sim.reasons import Reason

# Reason: (何が起きたか, どうすればよいか)
REASONS: dict[Reason, tuple[str, str]] = {
    Reason.LINK_LOSS: (
        "このフレームはリンク上で失われました",
        "再送するプロトコルなら何もしなくてよい。そうでなければリンクの損失率を下げる。",
    ),
    Reason.LINK_CORRUPT: ("リンク上でビットが化けました", "リンクの誤り率を下げる。"),
    Reason.LINK_QUEUE_FULL: (
        "リンクの待ち行列がいっぱいでした",
        "ゆっくり送るか、リンクの待ち行列または速度を大きくする。",
    ),
    Reason.LINK_DOWN: (
        "リンクが落ちているか、つながっていません",
        "インターフェースを接続し、up にする。",
    ),
    Reason.LINK_MTU: (
        "パケットがリンクの MTU より大きくなっています",
        "送信側の MTU か MSS を下げるか、リンクの MTU を上げる。",
    ),
    Reason.LINK_PARTITION: ("ネットワークがここで分断されています", "分断を解除する。"),
    Reason.ETH_NOT_FOR_ME: (
        "宛先 MAC は別のマシンです",
        "スイッチは学習中に全ポートへ流すので問題ない。続くなら ARP キャッシュを調べる。",
    ),
    Reason.ETH_TOO_SHORT: (
        "Ethernet ヘッダーより短いフレームです",
        "送信側の組み立てを確かめる。",
    ),
    Reason.ETH_BAD_FCS: (
        "フレームチェックシーケンスが違います",
        "ケーブルとインターフェースを調べる。",
    ),
    Reason.ETH_NO_OTHER_PORT: (
        "スイッチに送り出す先のポートがありません",
        "宛先のホストをスイッチにつなぐ。",
    ),
    Reason.ETH_RESERVED_GROUP: (
        "スイッチはこのグループ宛のフレームを転送しません",
        "届けたいリンクから直接送る。スイッチは越えられない。",
    ),
    Reason.ETH_WRONG_VLAN: (
        "スイッチのポートはこの VLAN に属していません",
        "ポートにこの VLAN を通させる（access、trunk）。",
    ),
    Reason.ETH_UNKNOWN_TYPE: (
        "この EtherType に対応していません",
        "IPv4 か ARP を使うか、受信側にプロトコルを足す。",
    ),
    Reason.ARP_BAD_PACKET: ("読めない ARP パケットです", "送信側の組み立てを確かめる。"),
    Reason.ARP_NOT_FOR_ME: (
        "別のマシンのアドレスを尋ねる ARP 要求です",
        "要求はブロードキャストなので、何もしなくてよい。",
    ),
    Reason.ARP_ADDRESS_CONFLICT: (
        "別のマシンが同じ IP アドレスを使っています",
        "どちらかのアドレスを変える（--ip）。",
    ),
    Reason.ARP_TIMEOUT: (
        "次ホップの ARP に誰も答えませんでした",
        "アドレスが正しいか、同じネットワークにあるか、電源が入っているかを確かめる。",
    ),
    Reason.ARP_QUEUE_FULL: (
        "ARP の返事を待つパケットが多すぎ、新しいものに置き換えられました",
        "先にアドレスを解決するか、もう一度送る。",
    ),
    Reason.RARP_BAD_PACKET: (
        "Ethernet と IPv4 の RARP パケットではありません",
        "フレームのハードウェア種別、長さ、操作コードを確かめる。",
    ),
    Reason.RARP_NOT_FOR_ME: (
        "このホストの知らない機器についての RARP です",
        "共有ネットワークでは普通のこと。サーバーなら表に MAC アドレスを加える。",
    ),
    Reason.ND_BAD_PACKET: (
        "近隣探索の規則に合わないメッセージです",
        "どの規則かを見る。ホップリミット 255 はルーターを越えていない証拠（RFC 4861 7.1 節）。",
    ),
    Reason.ND_NOT_FOR_ME: (
        "ほかのホスト宛ての近隣探索です",
        "何もしなくてよい。一つのグループを複数のアドレスが共有する。",
    ),
    Reason.ND_ADDRESS_CONFLICT: (
        "別のマシンが同じ IPv6 アドレスを使っています",
        "どちらかのアドレスを変える。",
    ),
    Reason.ND_TIMEOUT: (
        "次ホップの近隣探索に誰も答えませんでした",
        "アドレスが正しいか、同じネットワークにあるか、電源が入っているかを確かめる。",
    ),
    Reason.ND_QUEUE_FULL: (
        "近隣の返事を待つパケットが多すぎました",
        "先にアドレスを解決するか、もう一度送る。",
    ),
    Reason.IP_BAD_HEADER: ("IPv4 ヘッダーが壊れています", "送信側の組み立てを確かめる。"),
    Reason.IP_BAD_CHECKSUM: (
        "IPv4 ヘッダーのチェックサムが違います",
        "wirelab に計算させる（AUTO）。",
    ),
    Reason.IP_BAD_SOURCE: (
        "送信元になれないアドレスです",
        "送信側自身のユニキャストアドレスを送信元にする。",
    ),
    Reason.IP_UNICAST_IN_BROADCAST: (
        "1 台宛てのパケットがブロードキャストフレームで届きました",
        "宛先の MAC に送る。",
    ),
    Reason.IP_NOT_MY_ADDRESS: (
        "求められたアドレスはこのホストのものではありません",
        "ホストのアドレスに bind する。",
    ),
    Reason.IP_NO_ROUTE: (
        "このアドレスへの経路がありません",
        "経路かゲートウェイを追加する。",
    ),
    Reason.IP_NOT_FOR_ME: (
        "宛先 IP アドレスは別のマシンです",
        "宛先を確かめる。ホストは転送しない。",
    ),
    Reason.IP_TTL_EXPIRED: (
        "TTL が尽きました",
        "TTL を増やすか、経路のループを探す。",
    ),
    Reason.IP_TTL_BELOW_MINIMUM: (
        "TTL がソケットの IP_MINTTL より小さい（送信元が遠い）",
        "IP_MINTTL を下げるか、近くから TTL 255 で送る。",
    ),
    Reason.IP_TOO_BIG_DF: (
        "MTU より大きく、フラグメント化は禁止されています",
        "小さなパケットで送るか、MTU を上げる。",
    ),
    Reason.IP_NO_PROTOCOL: (
        "このトランスポートプロトコルには対応していません",
        "ICMP、UDP、TCP を使う。",
    ),
    Reason.IP_NO_NEXT_HEADER: (
        "IPv6 ヘッダーの後に何もありません",
        "対処は不要。送信元の意図どおりです。",
    ),
    Reason.IP_UNKNOWN_OPTION: (
        "無視してはならない未知のオプションがあります",
        "そのオプションを外す。",
    ),
    Reason.IP_FRAG_BAD: (
        "どのパケットにも属しえないフラグメントです",
        "オフセット、長さ、MF フラグを確かめる。",
    ),
    Reason.IP_FRAG_OVERLAP: (
        "フラグメントが重なっているため、パケットを破棄しました",
        "送信側の組み立てを確かめる。フィルターの回避かもしれない。",
    ),
    Reason.IP_FRAG_MEMORY: (
        "新しいフラグメントのためにメモリーを空けました",
        "経路の MTU 以下で送るか、reassembly_bytes を上げる。",
    ),
    Reason.IP_FRAG_TIMEOUT: (
        "フラグメントが時間内に揃いませんでした",
        "失われたフラグメントを探すか、小さなパケットで送る。",
    ),
    Reason.IP_FRAG_DUPLICATE: (
        "同じフラグメントがすでに届いています",
        "何もしなくてよい。ネットワークは複製することがある。",
    ),
    Reason.IP_FORWARDED: (
        "ルーターがパケットを転送しました",
        "何もしなくてよい。続きは次のフレームを見る。",
    ),
    Reason.IP_BAD_DESTINATION: (
        "ルーターが転送してはならない宛先です",
        "宛先を確かめる。",
    ),
    Reason.IP_BAD_OPTION: ("読めない IP オプションです", "送信側の組み立てを確かめる。"),
    Reason.IP_SOURCE_ROUTE: (
        "ソースルートは拒まれます",
        "なしで送るか、HostConfig の source_routes を設定する。",
    ),
    Reason.IP_REVERSE_PATH: (
        "送信元への経路が別の方向です。偽の送信元かもしれません",
        "経路を確かめるか、HostConfig の reverse_path_filter を外す。",
    ),
    Reason.IP_DIRECTED_BROADCAST: (
        "他のネットワークへのブロードキャストは転送されません",
        "ルーターの HostConfig の directed_broadcasts を設定する。",
    ),
    Reason.IP_FORWARDING_OFF: ("このホストは転送しません", "ルーターを通して送る。"),
    Reason.IP_FILTER: ("フィルターがパケットを拒みました", "フィルターの規則を変える。"),
    Reason.IP_FILTER_FULL: (
        "フィルターはこれ以上接続を覚えられません",
        "接続を減らすか、フィルターの容量（capacity）を増やす。",
    ),
    Reason.NAT_FILTERED: (
        "この NAT ポートの内側のホストは、この送信元に送ったことがありません",
        "内側から先に送るか、ポートを転送するか、別のフィルタリングを選ぶ。",
    ),
    Reason.NAT_NO_MAPPING: (
        "NAT は、これが答えるパケットを知りません",
        "マッピングの期限が切れていないか調べる。",
    ),
    Reason.NAT_NO_PORTS: (
        "NAT が変換できるのはポートのあるもの（TCP、UDP、UDP-Lite、ping）だけです",
        "それらを使うか、NAT を通さずに送る。",
    ),
    Reason.NAT_TABLE_FULL: (
        "NAT に空きポートか空き容量がありません",
        "接続を減らすか、NAT の容量（capacity）を増やす。",
    ),
    Reason.IGMP_BAD_PACKET: (
        "読めないか、ルーターが送るはずのない IGMP メッセージです",
        "送信側の組み立てを確かめる。クエリにはルーターアラートが要る。",
    ),
    Reason.IGMP_BAD_CHECKSUM: (
        "IGMP のチェックサムが違います",
        "wirelab に計算させる（AUTO）。",
    ),
    Reason.IGMP_UNKNOWN_TYPE: (
        "このホストの知らない IGMP タイプです",
        "RFC 3376 4 節により無視される。何もしなくてよい。",
    ),
    Reason.MLD_BAD_PACKET: (
        "読めないか、他のリンクから来た MLD メッセージです",
        "ホップリミット 1、リンクローカルの送信元、ルーターアラートを確かめる。",
    ),
    Reason.ICMP_BAD_CHECKSUM: (
        "ICMP のチェックサムが違います",
        "wirelab に計算させる（AUTO）。",
    ),
    Reason.ICMP_BAD_PACKET: ("読めない ICMP メッセージです", "送信側の組み立てを確かめる。"),
    Reason.ICMP_UNKNOWN_TYPE: (
        "このホストの知らない ICMP タイプです",
        "RFC 1122 3.2.2 節により無視される。何もしなくてよい。",
    ),
    Reason.ICMP_ECHO_IGNORED: (
        "このホストはエコー要求に答えません",
        "answer_echo を有効にする。",
    ),
    Reason.ICMP_UNMATCHED_ERROR: (
        "このホストが送っていないパケットについての ICMP エラーです",
        "何もしなくてよい。ソケットが先に閉じたのかもしれない。",
    ),
    Reason.ICMP_UNMATCHED_REPLY: (
        "誰も待っていないエコー応答です",
        "遅れて、または二度届いただけで、何もしなくてよい。",
    ),
    Reason.ICMP_RATE_LIMITED: ("ICMP エラーの送出は制限されています", "1 秒待つ。"),
    Reason.ICMP_NO_ANSWER: (
        "エコー要求に応答もエラーもありません",
        "そこまでの経路 (wirelab traceroute) と、相手が ping に答えるかを調べる。",
    ),
    Reason.ICMP_REDIRECT_IGNORED: (
        "信用できない、またはこのホストが従わない ICMP リダイレクトです",
        "誰がリダイレクトを送るかを調べる。HostConfig.icmp.accept_redirects で従うようになる。",
    ),
    Reason.ICMP_ANSWER_FORBIDDEN: (
        "このパケットに ICMP エラーで答えてはいけません",
        "不要。エラー、ブロードキャスト、断片には答えない (RFC 1122 3.2.2 節)。",
    ),
    Reason.ICMP_NET_UNREACHABLE: (
        "ルーターにそのネットワークへの経路がありません",
        "経路を調べる。",
    ),
    Reason.ICMP_HOST_UNREACHABLE: (
        "ルーターからそのホストへ届きません",
        "ホストの電源とアドレスを確かめる。",
    ),
    Reason.ICMP_PROTOCOL_UNREACHABLE: (
        "相手のホストはこのプロトコルに対応していません",
        "別のプロトコルを使う。",
    ),
    Reason.ICMP_PORT_UNREACHABLE: (
        "ホストかファイアウォールが、このポートは閉じていると返しました",
        "受信側を起動するか、ポート番号を確かめるか、ファイアウォールの管理者に尋ねる。",
    ),
    Reason.ICMP_FRAGMENTATION_NEEDED: (
        "途中のリンクには大きすぎます",
        "知らされた MTU 以下のパケットで送る。",
    ),
    Reason.ICMP_BEYOND_SCOPE: (
        "送信元アドレスの有効範囲を越えています",
        "より広い範囲の (グローバルな) アドレスから送る。",
    ),
    Reason.ICMP_PROHIBITED: (
        "途中のファイアウォールが禁じています",
        "ファイアウォールの管理者に尋ねる。",
    ),
    Reason.ICMP_TTL_EXPIRED: (
        "途中で TTL が尽きました",
        "TTL を増やすか、経路のループを探す。",
    ),
    Reason.ICMP_REASSEMBLY_TIMEOUT: (
        "相手側でフラグメントが揃いませんでした",
        "小さなパケットで送る。",
    ),
    Reason.ICMP_PARAMETER_PROBLEM: (
        "相手がヘッダーの誤りを見つけました",
        "指し示されたフィールドを調べる。",
    ),
    Reason.UDP_NO_SOCKET: (
        "この UDP ポートにソケットがありません",
        "送る前に受信側を起動するか、ポート番号を確かめる。",
    ),
    Reason.UDP_BAD_CHECKSUM: (
        "UDP のチェックサムが違います",
        "wirelab に計算させる（AUTO）。",
    ),
    Reason.UDP_NO_CHECKSUM: (
        "UDP のチェックサムがありません（IPv6 では必須です）",
        "wirelab に計算させる（AUTO）か、受信側で UDP_NO_CHECK6_RX を設定する。",
    ),
    Reason.UDP_BAD_COVERAGE: (
        "UDP-Lite のチェックサムの範囲が足りないか、長すぎます",
        "0（全体）か、受信側が求める範囲以上にする。",
    ),
    Reason.UDP_BAD_LENGTH: (
        "UDP の長さがパケットに合いません",
        "wirelab に計算させる（AUTO）。",
    ),
    Reason.UDP_PORT_IN_USE: (
        "この UDP ポートは使用中です",
        "別のポートか、0（任意）を選ぶ。",
    ),
    Reason.UDP_CLOSED: ("この UDP ソケットは閉じています", "新しく開く。"),
    Reason.UDP_BUFFER_FULL: (
        "受信側のバッファーがいっぱいです",
        "もっと速く受け取るか、ゆっくり送るか、TCP を使う。",
    ),
    Reason.DNS_NO_NAME: ("その名前はありません", "つづりと検索ドメインを確かめる。"),
    Reason.DNS_NO_DATA: (
        "この名前に、この型のレコードはありません",
        "A や AAAA など、ほかの型を尋ねる。",
    ),
    Reason.DHCP_TIMEOUT: (
        "DHCP サーバーからアドレスがもらえません",
        "このネットワークにサーバーがあるか、プールに空きがあるかを確かめる。",
    ),
    Reason.DNS_BAD_NAME: (
        "ドメイン名として正しくありません",
        "ラベルは 1〜63 バイト、全体で 255 バイトまで。",
    ),
    Reason.DNS_NO_SERVER: (
        "ネームサーバーが設定されていません",
        "リゾルバーに渡すか、DHCP で配る。",
    ),
    Reason.DNS_SERVER_FAILED: (
        "ネームサーバーが答えられないか、拒みました",
        "そのゾーンを受け持つサーバーかを確かめる。",
    ),
    Reason.DNS_TIMEOUT: (
        "ネームサーバーから応答がありません",
        "サーバーのアドレスと経路を確かめる。",
    ),
    Reason.TCP_BAD_HEADER: ("TCP ヘッダーが壊れています", "送信側の組み立てを確かめる。"),
    Reason.TCP_NO_LISTENER: (
        "このポートで待つプログラムがありません",
        "先にサーバーを起動するか、ポート番号を確かめる。",
    ),
    Reason.TCP_NO_CONNECTION: (
        "そのような接続はありません",
        "接続し直す。相手が忘れたか、初めから無かった。",
    ),
    Reason.TCP_BAD_CHECKSUM: (
        "TCP のチェックサムが違います",
        "wirelab に計算させる（AUTO）。",
    ),
    Reason.TCP_BAD_FLAGS: (
        "この状態では意味をなさないフラグです",
        "送信側の組み立てを確かめる。",
    ),
    Reason.TCP_OUT_OF_WINDOW: (
        "受信ウィンドウの外です",
        "古い重複なら何もしなくてよい。そうでなければシーケンス番号を調べる。",
    ),
    Reason.TCP_OLD_DATA: (
        "すでに受け取ったデータです",
        "確認応答が遅れたか失われただけで、何もしなくてよい。",
    ),
    Reason.TCP_ACK_UNSENT: (
        "送っていないデータへの確認応答です",
        "送信側の確認応答番号を調べる。",
    ),
    Reason.TCP_INVALID_SYN: (
        "接続の途中に SYN が来ました",
        "新しい送信元ポートを使う。",
    ),
    Reason.TCP_PAWS: (
        "タイムスタンプによれば古いセグメントです",
        "遅れた重複なので、何もしなくてよい。",
    ),
    Reason.TCP_BACKLOG_FULL: (
        "待ち受けの backlog がいっぱいです",
        "もっと速く accept するか、backlog を大きくする。",
    ),
    Reason.TCP_ACCEPT_DEFERRED: (
        "待ち受け側はデータを待っています (TCP_DEFER_ACCEPT)",
        "データが届けば接続できるので、何もしなくてよい。",
    ),
    Reason.TCP_WINDOW_FULL: (
        "受信ウィンドウを超えています",
        "受信側が先に読み出す必要がある。",
    ),
    Reason.TCP_BROADCAST: (
        "ブロードキャストアドレスへの TCP です",
        "1 台のホストのアドレスに接続する。",
    ),
    Reason.TCP_PORT_IN_USE: (
        "この TCP ポートは使用中です",
        "別のポートか、0（任意）を選ぶ。",
    ),
    Reason.TCP_CLOSED: ("接続は閉じています", "接続し直す。"),
    Reason.TCP_RESET: (
        "相手が接続をリセットしました",
        "相手の記録かトレースで理由を調べる。",
    ),
    Reason.TCP_TIMEOUT: (
        "相手が時間内に答えませんでした",
        "アドレス、経路、途中のファイアウォールを調べる。",
    ),
    Reason.APP_BAD_RESPONSE: (
        "応答がプロトコルの規則に合っていません",
        "そのポートが、このプロトコルのサーバーのものかを確かめる。",
    ),
    Reason.APP_HTTP_STATUS: (
        "サーバーが失敗を表す HTTP ステータスで答えました",
        "URL のパスを確かめる。--fail を外せば、サーバーのページが表示される。",
    ),
    Reason.LIVE_NO_PERMISSION: (
        "生のフレームの送受信には権限が必要です",
        "root で動かすか、インタープリターに CAP_NET_RAW（TAP には CAP_NET_ADMIN も）を与える。",
    ),
    Reason.LIVE_KERNEL_RST: (
        "カーネルはこのポートのソケットを持っていないので、RST を返しました",
        "相手もネットワークも正常。別の IP を使う（--ip か --link tap）か、"
        "RST を捨てる規則を --guard で入れる。",
    ),
    Reason.LIVE_OFFLOAD_CHECKSUM: (
        "チェックサムはネットワークカードに任され、まだフレームに入っていません",
        "このマシンの中では問題ない。またはオフロードを切る（ethtool -K IF tx off）。",
    ),
    Reason.LIVE_TIMEOUT: (
        "時間内に何も返りませんでした",
        "アドレスとケーブルを調べ、-W を大きくする。",
    ),
}

WORDS: dict[str, str] = {
    "time": "時刻 (ms)",
    "silence": "無通信 {duration}",
    "segments": "ほか {count} セグメント、{bytes} バイト",
    "frames": "ほか {count} フレーム、{bytes} バイト",
    "notable": "（うち {count} 件は損失、拒否、再送）",
    "noise": "無関係なフレームは省略: {kinds}",
    "forgotten": "これより前の {count} 件は保存されていません",
    "forgotten_between": "この間の {count} 件は保存されていません",
    "clock": "仮想時計",
    "live": "実ネットワーク",
    "interface": "インターフェース {name}",
    "shares": "wirelab とカーネルが {address} を共有",
    "user_space": "ユーザー空間",
    "peers": "相手 {count} 台",
    "via": "{gateway} 経由",
    "seed": "シード {seed}",
    "drop": "破棄 {reason}",
    "in_flight": "伝送中",
    "where": "失敗した場所: {layer} / {place}",
    "where_only": "失敗した場所: {place}",
    "in_kernel": "自分のマシンのカーネル",
    "kernel": "カーネル",
    "layer": "第{number}層 {name}",
    "reason": "理由 {reason}",
    "on_host": "{host}",
    "on_link": "{sender} から {receiver} へのリンク",
    "try": "対処: {remedy}",
    "walk_link": "フレームは {sender} を出て {receiver} に届いた",
    "walk_eth": "宛先は {mac}",
    "walk_arp": "ARP パケットとして読めた",
    "walk_ip": "{source} > {destination}、TTL {ttl}",
    "walk_ipv6": "{source} > {destination}、ホップリミット {hop_limit}",
    "walk_transport": "ポート {source_port} > {destination_port}",
    "walk_icmp": "ICMP メッセージとして読めた",
    "walk_nd": "近隣探索のメッセージとして読めた",
    "walk_igmp": "IGMP メッセージとして読めた",
    "walk_rarp": "RARP パケットとして読めた",
    "hop": "ttl {sent}、{router} の先で {left}",
    "nat_source": "送信元 {address}",
    "nat_destination": "宛先 {address}",
}
