package import SampanHTTPClient
package import SampanTransport

/// The payment channels that a gateway calls itself, in their own protocols (Docs/Channels.md).
///
/// ```yaml
/// channels:
///   wechat:
///     merchant: "1900000001"           # mchid
///     app: wx0123456789abcdef
///     serial: 7132D72A03E93CDDF8C03BBD1F37EEDF01    # of the merchant's API certificate
///     key: keys/wechat.key             # its private key, 0600
///     api-v3-key: keys/wechat-apiv3.key             # 32 bytes, 0600
///     platform-keys: [{ id: PUB_KEY_ID_0119000000012026111800000001, file: keys/wechat-platform.pem }]
///     platform-certificates: [keys/wechat-platform-certificate.pem]   # beside keys, or instead of them
///     server: https://api.mch.weixin.qq.com         # left out: this
///     trust: roots.pem                 # left out: the system's roots
///   alipay:
///     app: "2021000000000001"
///     seller: "2088000000000001"
///     key: keys/alipay.key
///     platform-keys: [keys/alipay-platform.pem]
///     server: https://openapi.alipay.com
///   notify:
///     listen: 127.0.0.1:7680           # plain HTTP/1.1, behind whatever ends the TLS; no other than loopback without allow-remote
///     url: https://pay.region.example  # what the channels are told; /notify/wechat and /notify/alipay are added
/// ```
package struct ChannelsSection: Sendable {
    package struct WeChat: Sendable {
        package let merchant: String
        package let app: String
        package let serial: String
        package let key: String
        package let apiV3Key: String
        package let platformKeys: [PlatformKeyFile]
        package let platformCertificates: [String]
        package let server: ServerPlace
    }

    package struct Alipay: Sendable {
        package let app: String
        package let seller: String
        package let key: String
        package let platformKeys: [String]
        package let server: ServerPlace
    }

    package struct PlatformKeyFile: Sendable, Hashable {
        package let id: String
        package let file: String
    }

    package struct ServerPlace: Sendable {
        package let origin: HTTPOrigin
        /// PEM file; nil for the system's roots.
        package let trust: String?
    }

    package let weChat: WeChat?
    package let alipay: Alipay?
    /// Where notifications are taken.
    package let notify: SocketAddress
    /// What the channels are told of it, without a path.
    package let notifyURL: String

    /// Nil where the file has no `channels`. Paths are meant from where the file is.
    static func read(_ mapping: YAMLMapping, _ directory: String) throws(ConfigurationError) -> ChannelsSection? {
        guard mapping.has("channels") else { return nil }
        let channels = try mapping.mapping("channels")
        let weChat = channels.has("wechat") ? try readWeChat(try channels.mapping("wechat"), directory) : nil
        let alipay = channels.has("alipay") ? try readAlipay(try channels.mapping("alipay"), directory) : nil
        guard weChat != nil || alipay != nil else { throw mapping.invalid("channels", "must have wechat, alipay or both") }
        let notify = try channels.mapping("notify")
        let place = try notify.address("listen")
        guard let address = SocketAddress(host: place.host, port: place.port) else {
            throw notify.invalid("listen", "must be a numeric address and a port, such as 127.0.0.1:7680")
        }
        let isOpen = try notify.boolean("allow-remote", default: false)
        guard isOpen || Loopback.contains(place.host) else {
            throw notify.invalid("listen", "is reached from other machines without TLS: allow-remote: true says that this is meant")
        }
        let url = try notify.string("url")
        guard url.hasPrefix("https://"), HTTPOrigin(url) != nil else {
            throw notify.invalid("url", "must be https://host or https://host:port, without a path")
        }
        try notify.finish()
        try channels.finish()
        return ChannelsSection(weChat: weChat, alipay: alipay, notify: address, notifyURL: url)
    }

    private static func readWeChat(_ part: YAMLMapping, _ directory: String) throws(ConfigurationError) -> WeChat {
        var keys: [PlatformKeyFile] = []
        if part.has("platform-keys") {
            for key in try part.mappings("platform-keys") {
                keys.append(
                    PlatformKeyFile(id: try key.string("id"), file: NodeSettings.resolve(try key.string("file"), directory)))
                try key.finish()
            }
        }
        let certificates = part.has("platform-certificates") ? try part.strings("platform-certificates") : []
        guard !keys.isEmpty || !certificates.isEmpty else {
            throw part.invalid("platform-keys", "is missing: what WeChat Pay signs with, here or in platform-certificates")
        }
        let read = WeChat(
            merchant: try part.string("merchant"), app: try part.string("app"), serial: try part.string("serial"),
            key: NodeSettings.resolve(try part.string("key"), directory),
            apiV3Key: NodeSettings.resolve(try part.string("api-v3-key"), directory), platformKeys: keys,
            platformCertificates: certificates.map { NodeSettings.resolve($0, directory) },
            server: try server(part, directory, "https://api.mch.weixin.qq.com"))
        try part.finish()
        return read
    }

    private static func readAlipay(_ part: YAMLMapping, _ directory: String) throws(ConfigurationError) -> Alipay {
        let read = Alipay(
            app: try part.string("app"), seller: try part.string("seller"), key: NodeSettings.resolve(try part.string("key"), directory),
            platformKeys: try part.values("platform-keys", "the files of Alipay's public keys") { NodeSettings.resolve($0, directory) },
            server: try server(part, directory, "https://openapi.alipay.com"))
        try part.finish()
        return read
    }

    private static func server(_ part: YAMLMapping, _ directory: String, _ usual: String) throws(ConfigurationError) -> ServerPlace {
        guard let origin = HTTPOrigin(try part.optionalString("server") ?? usual) else {
            throw part.invalid("server", "must be https://host or https://host:port; http:// is for 127.0.0.1 alone")
        }
        return ServerPlace(origin: origin, trust: try part.optionalString("trust").map { NodeSettings.resolve($0, directory) })
    }
}
