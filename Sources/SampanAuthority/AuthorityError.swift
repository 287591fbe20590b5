package import SampanCrypto
package import SampanMesh
package import SampanStorage

/// Why the authority did not do what it was asked. Nothing has changed, unless `unpublished` says so.
package enum AuthorityError: StorageFailure {
    /// The journal's file failed.
    case storage(StorageError)
    /// The journal is not what it was; which entry.
    case journal(HashChainFault)
    case refused(AuthorityRefusal)
    /// A request, key or certificate was refused.
    case crypto(CryptoError)
    /// A file of the folder could not be written.
    case files(TrustError)
    /// A value of a request is none; which field.
    case epoch(EpochError)
    /// The key file of this key identifier (hexadecimal) is not in the folder.
    case keyMissing(String)
    /// What was asked needs the root's key, which is asleep.
    case rootAsleep
    /// The request_id was used before, with another body.
    case requestIDReused
    /// A field of a request; what is wrong with it.
    case invalid(field: String, String)
    /// Too many renew at once; try again after so many milliseconds.
    case tooManyRenewals(afterMilliseconds: Int64)
    /// There is an authority in this folder already.
    case exists(String)
    /// There is none.
    case absent(String)
    /// No epoch of this number.
    case noEpoch(UInt64)
    /// The certificate that the caller shows is of an issuer that no epoch names any more: it is good to renew.
    case retiredIssuer
}

extension AuthorityError {
    /// Runs `body` and names what it throws in this layer's words.
    static func crypto<Value>(_ body: () throws(CryptoError) -> Value) throws(AuthorityError) -> Value {
        do throws(CryptoError) { return try body() } catch { throw .crypto(error) }
    }

    static func files<Value>(_ body: () throws(TrustError) -> Value) throws(AuthorityError) -> Value {
        do throws(TrustError) { return try body() } catch { throw .files(error) }
    }

    static func epoch<Value>(_ body: () throws(EpochError) -> Value) throws(AuthorityError) -> Value {
        do throws(EpochError) { return try body() } catch { throw .epoch(error) }
    }
}
