import Foundation
import SampanHTTPClient
import StoreTestSupport
import Testing

@testable import SampanNode

@Suite("FE-05 · payment channels in a gateway's file")
struct ChannelsSectionTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    /// Every key that there is.
    static let channels = """
        channels:
          wechat:
            merchant: "1900000001"
            app: wx0123456789abcdef
            serial: 7132D72A03E93CDDF8C03BBD1F37EEDF01
            key: keys/wechat.key
            api-v3-key: keys/wechat-apiv3.key
            platform-keys: [{ id: PUB_KEY_ID_01, file: keys/wechat.pem }]
            platform-certificates: [/etc/certificate.pem]
            server: https://api.mch.weixin.qq.com
            trust: roots.pem
          alipay:
            app: "2021000000000001"
            seller: "2088000000000001"
            key: keys/alipay.key
            platform-keys: [keys/alipay.pem]
            server: https://openapi.alipay.com
            trust: roots.pem
          notify: { listen: 127.0.0.1:7680, url: "https://pay.region.example", allow-remote: false }
        """

    private func read(_ channels: String, channel: String? = nil) throws -> GatewayConfiguration {
        let lines = ConfigurationTests.gateway.compactMap { $0.hasPrefix("channel:") ? channel : $0 } + [channels]
        try lines.joined(separator: "\n").write(toFile: directory.file("node.yaml"), atomically: false, encoding: .utf8)
        return try GatewayConfiguration(file: directory.file("node.yaml"))
    }

    @Test("every key is read; paths are meant from where the file is; then no other channel is needed")
    func whole() throws {
        let configuration = try read(Self.channels)
        #expect(configuration.channel == nil && configuration.channelPollInterval == .seconds(5))
        let channels = try #require(configuration.channels)
        let weChat = try #require(channels.weChat)
        #expect(weChat.merchant == "1900000001" && weChat.app == "wx0123456789abcdef")
        #expect(weChat.key == directory.file("keys/wechat.key") && weChat.platformCertificates == ["/etc/certificate.pem"])
        #expect(weChat.platformKeys == [.init(id: "PUB_KEY_ID_01", file: directory.file("keys/wechat.pem"))])
        #expect(weChat.server.origin == HTTPOrigin("https://api.mch.weixin.qq.com") && weChat.server.trust == directory.file("roots.pem"))
        #expect(channels.alipay?.platformKeys == [directory.file("keys/alipay.pem")])
        #expect(channels.notifyURL == "https://pay.region.example")
        let both = try read(Self.channels, channel: "channel: { address: \"127.0.0.1:1\" }")
        #expect(both.channel != nil && both.channels != nil)
    }

    @Test("what is left out is the channels' own address, and the system's roots")
    func defaults() throws {
        let text = Self.channels.split(separator: "\n").filter { !$0.contains("server:") && !$0.contains("trust:") }.joined(separator: "\n")
        let channels = try #require(try read(text).channels)
        #expect(channels.weChat?.server.origin.description == "https://api.mch.weixin.qq.com" && channels.weChat?.server.trust == nil)
        #expect(channels.alipay?.server.origin.description == "https://openapi.alipay.com")
    }

    @Test(
        "anything else is refused, with what would be right",
        arguments: [
            ("    serial: 7132D72A03E93CDDF8C03BBD1F37EEDF01", "    serial: \n", "channels.wechat.serial is missing"),
            ("server: https://openapi.alipay.com", "server: http://openapi.alipay.com", "http:// is for 127.0.0.1 alone"),
            ("listen: 127.0.0.1:7680", "listen: 0.0.0.0:7680", "allow-remote: true"),
            ("listen: 127.0.0.1:7680", "listen: pay:7680", "numeric address"),
            ("https://pay.region.example", "http://pay.region.example", "must be https://"),
            ("https://pay.region.example", "https://pay.region.example/x", "without a path"),
            ("[keys/alipay.pem]", "[]", "must not be empty"),
            ("id: PUB_KEY_ID_01, file", "id: PUB_KEY_ID_01, path", "file is missing"),
            ("  alipay:", "  alipai:", "did you mean alipay?"),
        ])
    func refused(from: String, to: String, message: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try read(Self.channels.replacing(from, with: to)) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
