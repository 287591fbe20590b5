package import SampanCrypto

/// Who we are at WeChat Pay. The caller reads the keys from files that only it may read.
package struct WeChatMerchant: Sendable {
    package let mchid: String
    package let appid: String
    /// Serial number of the merchant's API certificate, whose key signs.
    package let serial: String
    /// Where notifications go, without a query.
    package let notifyURL: String
    let key: RSAPrivateKey
    let cipher: AESGCM

    /// - Parameter apiV3Key: the 32 bytes that callbacks and certificates are sealed with.
    /// Throws `malformed` for a part that cannot stand in a header or an address.
    package init(
        mchid: String, appid: String, serial: String, notifyURL: String, key: RSAPrivateKey, apiV3Key: [UInt8]
    ) throws(ChannelFault) {
        for (name, text) in [("mchid", mchid), ("appid", appid), ("serial_no", serial)] {
            let isPlain = text.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
            guard isPlain, (1...64).contains(text.utf8.count) else { throw .malformed(name) }
        }
        guard notifyURL.hasPrefix("https://"), notifyURL.utf8.count <= 255, !notifyURL.utf8.contains(UInt8(ascii: "?")) else {
            throw .malformed("notify_url")
        }
        guard let cipher = try? AESGCM(key: apiV3Key) else { throw .malformed("APIv3 key") }
        self.mchid = mchid
        self.appid = appid
        self.serial = serial
        self.notifyURL = notifyURL
        self.key = key
        self.cipher = cipher
    }
}
