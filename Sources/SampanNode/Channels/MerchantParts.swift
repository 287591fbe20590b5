internal import SampanChannels
internal import SampanCrypto
internal import SampanHTTPClient
internal import SampanServices

/// The channels of a `ChannelsSection` with their keys and connections.
struct MerchantParts: Sendable {
    let weChat: WeChatChannel?
    let alipay: AlipayChannel?
    private let clients: [HTTPClient]

    static let weChatPath = "/notify/wechat"
    static let alipayPath = "/notify/alipay"

    /// Reads the keys: blocks on the disk. Throws a `ConfigurationError` that names the file, or what the channel's rules are against.
    init(_ section: ChannelsSection) throws {
        var clients: [HTTPClient] = []
        do {
            weChat = try section.weChat.map { part in
                let client = try Self.client(part.server)
                clients.append(client)
                return WeChatChannel(pay: try Self.pay(part, section.notifyURL), client: client, now: WallClock.now)
            }
            alipay = try section.alipay.map { part in
                let client = try Self.client(part.server)
                clients.append(client)
                return AlipayChannel(alipay: try Self.alipay(part, section.notifyURL), client: client, now: WallClock.now)
            }
        } catch let fault as ChannelFault {
            throw ConfigurationError(file: "channels", message: "cannot be used: \(fault)")
        } catch let error as CryptoError {
            throw ConfigurationError(file: "channels", message: error.detail)
        }
        self.clients = clients
    }

    func shutdown() async {
        for client in clients { await client.shutdown() }
    }

    private static func client(_ place: ChannelsSection.ServerPlace) throws -> HTTPClient {
        var configuration = HTTPClientConfiguration(origin: place.origin)
        configuration.trustFile = place.trust
        // As long as the saga waits for a channel reached by RPC.
        configuration.timeout = .seconds(5)
        return try HTTPClient(configuration)
    }

    private static func pay(_ part: ChannelsSection.WeChat, _ notifyURL: String) throws -> WeChatPay {
        var keys = try part.platformKeys.map { PlatformKey(id: $0.id, key: try CredentialFile.partnersPublicKey($0.file)) }
        for file in part.platformCertificates {
            for certificate in try CredentialFile.certificates(file) { keys.append(try PlatformKey(certificate)) }
        }
        var secret = try CredentialFile.secret(part.apiV3Key)
        if secret.last == UInt8(ascii: "\n") { secret.removeLast() }
        let merchant = try WeChatMerchant(
            mchid: part.merchant, appid: part.app, serial: part.serial, notifyURL: notifyURL + weChatPath,
            key: try CredentialFile.partnersKey(part.key), apiV3Key: secret)
        return WeChatPay(merchant: merchant, keys: try PlatformKeys(keys))
    }

    private static func alipay(_ part: ChannelsSection.Alipay, _ notifyURL: String) throws -> Alipay {
        let keys = try part.platformKeys.enumerated().map {
            PlatformKey(id: "alipay-\($0.offset)", key: try CredentialFile.partnersPublicKey($0.element))
        }
        let merchant = try AlipayMerchant(
            appID: part.app, sellerID: part.seller, notifyURL: notifyURL + alipayPath, key: try CredentialFile.partnersKey(part.key))
        return Alipay(merchant: merchant, keys: try PlatformKeys(keys))
    }
}
