package import SampanCrypto

/// Who we are at Alipay. The caller reads the key from a file that only it may read.
package struct AlipayMerchant: Sendable {
    package let appID: String
    /// The seller's account, 16 digits that begin with 2088.
    package let sellerID: String
    package let notifyURL: String
    /// Serial numbers of the application's certificate and of Alipay's root, in certificate mode; nil in public-key mode.
    package let certificates: AlipayCertificateNumbers?
    let key: RSAPrivateKey

    /// Throws `malformed` for numbers that are not of the documented form.
    package init(
        appID: String, sellerID: String, notifyURL: String, key: RSAPrivateKey, certificates: AlipayCertificateNumbers? = nil
    ) throws(ChannelFault) {
        func isNumber(_ text: String) -> Bool { text.utf8.allSatisfy { (48...57).contains($0) } }
        guard isNumber(appID), (1...32).contains(appID.utf8.count) else { throw .malformed("app_id") }
        guard isNumber(sellerID), sellerID.utf8.count == 16 else { throw .malformed("seller_id") }
        guard notifyURL.hasPrefix("https://"), notifyURL.utf8.count <= 256 else { throw .malformed("notify_url") }
        self.appID = appID
        self.sellerID = sellerID
        self.notifyURL = notifyURL
        self.certificates = certificates
        self.key = key
    }
}

/// What certificate mode adds to every request (app_cert_sn, alipay_root_cert_sn), as Alipay's console shows it.
package struct AlipayCertificateNumbers: Sendable, Hashable {
    package let application: String
    package let root: String

    package init(application: String, root: String) {
        self.application = application
        self.root = root
    }
}
