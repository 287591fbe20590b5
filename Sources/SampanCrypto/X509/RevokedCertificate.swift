internal import COpenSSL

/// One entry of a revocation list.
package struct RevokedCertificate: Sendable, Hashable {
    /// Serial number as in `Certificate.serial`: most significant byte first, no leading zeros.
    package let serial: [UInt8]
    /// When it was revoked, in seconds since 1970.
    package let time: Int64
    package let reason: RevocationReason

    /// Longest serial number, in bytes (RFC 5280 §4.1.2.2).
    package static let serialLimit = 20

    /// Leading zeros of `serial` are dropped. Throws `badRevocationList` for a serial that is empty, zero or longer than 20 bytes.
    package init(serial: [UInt8], time: Int64, reason: RevocationReason) throws(CryptoError) {
        self.serial = Array(serial.drop { $0 == 0 })
        self.time = time
        self.reason = reason
        guard (1...Self.serialLimit).contains(self.serial.count) else {
            throw CryptoError(.badRevocationList, "a serial number has 1 to \(Self.serialLimit) bytes and is not zero")
        }
    }

    /// Reads an entry, which stays the caller's.
    init(reading entry: OpaquePointer) throws(CryptoError) {
        let number = unsafe X509_REVOKED_get0_serialNumber(entry)
        guard let number = unsafe number, unsafe number.pointee.type == V_ASN1_INTEGER,
            let time = unsafe ASN1Value.seconds(X509_REVOKED_get0_revocationDate(entry))
        else { throw CryptoError(.badRevocationList, "an entry's serial number or date cannot be read") }
        // A critical one changes what the entry says, for example whose certificate it is (RFC 5280 §5.3.3).
        guard unsafe X509_REVOKED_get_ext_by_critical(entry, 1, -1) < 0 else {
            throw CryptoError(.badRevocationList, "an entry has a critical extension")
        }
        try self.init(serial: unsafe ASN1Value.bytes(number), time: time, reason: unsafe Self.reason(entry))
    }

    private static func reason(_ entry: OpaquePointer) throws(CryptoError) -> RevocationReason {
        guard unsafe X509_REVOKED_get_ext_count(entry) > 0 else { return .unspecified }
        var critical: Int32 = 0
        guard let raw = unsafe X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, &critical, nil) else {
            ErrorQueue.clear()
            if critical == -1 { return .unspecified }
            throw CryptoError(.badRevocationList, "an entry's reason cannot be read")
        }
        let value = unsafe raw.assumingMemoryBound(to: ASN1_ENUMERATED.self)
        defer { unsafe ASN1_ENUMERATED_free(value) }
        guard let reason = RevocationReason(rawValue: unsafe ASN1_ENUMERATED_get(value)) else {
            throw CryptoError(.badRevocationList, "an entry's reason is none of RFC 5280's")
        }
        return reason
    }

    /// Makes an entry, owned by the caller.
    func make() throws(CryptoError) -> OpaquePointer {
        guard let entry = unsafe X509_REVOKED_new() else { throw .openSSL(.library, "no entry") }
        guard unsafe write(to: entry) else {
            unsafe X509_REVOKED_free(entry)
            throw .openSSL(.badRevocationList, "an entry could not be written")
        }
        return unsafe entry
    }

    private func write(to entry: OpaquePointer) -> Bool {
        guard let number = unsafe BN_bin2bn(serial, Int32(clamping: serial.count), nil) else { return false }
        defer { unsafe BN_free(number) }
        // Both are copied.
        guard let integer = unsafe BN_to_ASN1_INTEGER(number, nil), let date = unsafe ASN1_TIME_set(nil, Int(time)) else { return false }
        defer {
            unsafe ASN1_INTEGER_free(integer)
            unsafe ASN1_TIME_free(date)
        }
        guard unsafe X509_REVOKED_set_serialNumber(entry, integer) == 1, unsafe X509_REVOKED_set_revocationDate(entry, date) == 1
        else { return false }
        if reason == .unspecified { return true }
        guard let value = unsafe ASN1_ENUMERATED_new() else { return false }
        defer { unsafe ASN1_ENUMERATED_free(value) }
        return unsafe ASN1_ENUMERATED_set(value, reason.rawValue) == 1 && X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, value, 0, 0) == 1
    }
}
