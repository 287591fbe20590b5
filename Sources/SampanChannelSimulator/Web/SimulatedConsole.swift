internal import Glibc
internal import SampanCrypto
internal import SampanMesh

/// What a merchant is given by the channels' consoles, and what the channels keep: made at the first start, kept in files (0600).
///
/// The merchant's folder holds all that a gateway needs, and nothing that the channels sign with.
package struct SimulatedConsole: Sendable {
    /// Numbers of the one merchant that the simulator knows.
    package static let mchid = "1900000001"
    package static let appid = "wx0123456789abcdef"
    package static let merchantSerial = "7132D72A03E93CDDF8C03BBD1F37EEDF01"
    package static let platformKeyID = "PUB_KEY_ID_0119000000012026111800000001"
    package static let alipayAppID = "2021000000000001"
    package static let alipaySellerID = "2088000000000001"

    let weChatPlatform: RSAPrivateKey
    let weChatMerchant: RSAPublicKey
    let apiV3Key: [UInt8]
    let alipayPlatform: RSAPrivateKey
    let alipayMerchant: RSAPublicKey
    /// Signs what is forged; nobody else has it.
    let stranger: RSAPrivateKey

    /// Reads what is there and makes what is missing. Blocks on the disk.
    /// - Parameters:
    ///   - merchant: folder of the merchant: `wechat.key`, `wechat-apiv3.key`, `wechat-platform.pem`, `alipay.key`,
    ///     `alipay-platform.pem`.
    ///   - own: folder of the channels' own keys.
    package init(merchant: String, own: String) throws {
        for folder in [merchant, own] { try WholeFile.makeDirectory(folder) }
        weChatPlatform = try Self.key("\(own)/wechat-platform.key")
        alipayPlatform = try Self.key("\(own)/alipay-platform.key")
        weChatMerchant = try Self.key("\(merchant)/wechat.key").publicKey()
        alipayMerchant = try Self.key("\(merchant)/alipay.key").publicKey()
        try Self.write(try weChatPlatform.publicKey().pem(), "\(merchant)/wechat-platform.pem")
        try Self.write(try alipayPlatform.publicKey().pem(), "\(merchant)/alipay-platform.pem")
        apiV3Key = try Self.contents("\(merchant)/wechat-apiv3.key") { try Self.hexadecimal(16) }
        stranger = try RSAPrivateKey.generate()
    }

    /// Twice as many digits as bytes that nobody can guess.
    static func hexadecimal(_ count: Int) throws(CryptoError) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return try RandomBytes.make(count).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    private static func key(_ path: String) throws -> RSAPrivateKey {
        try RSAPrivateKey(pem: try contents(path) { try RSAPrivateKey.generate().pem() })
    }

    private static func contents(_ path: String, _ make: () throws -> [UInt8]) throws -> [UInt8] {
        if !WholeFile.exists(path) { try write(try make(), path) }
        return try CredentialFile.secret(path)
    }

    private static func write(_ bytes: [UInt8], _ path: String) throws {
        try WholeFile.write(bytes, to: path, mode: 0o600, overwrite: true)
    }
}
