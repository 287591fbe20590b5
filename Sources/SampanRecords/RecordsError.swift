package import SampanCrypto
package import SampanDomain
package import SampanStorage

/// Why the records' store refused or failed. No text here holds anything of a patient.
package enum RecordsError: StorageFailure, Equatable {
    /// A document without a security label is not taken (RE-20).
    case unlabelled
    /// A value that cannot be one.
    case invalid(DomainError)
    /// The content is longer than this many bytes.
    case tooLarge(limit: Int64)
    /// There is no such document, or no such version of it.
    case unknownDocument
    /// Only who owns a document amends it (RE-16).
    case notOwner
    /// It was amended by somebody else since; its newest version is this one.
    case amendedMeanwhile(current: Int64)
    /// The `request_id` was used before for another document.
    case requestReused
    /// The upload was finished or given up before.
    case uploadEnded
    /// No master key that is at hand wraps this key; the missing one's name.
    case masterMissing(String)
    /// A key has sealed as many messages as one key may (NIST SP 800-38D §8.3).
    case keyExhausted(owner: String)
    /// What is in the file is not what was put there: which part.
    case damaged(String)
    case crypto(CryptoError)
    case storage(StorageError)
}

extension RecordsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unlabelled: "a document without a security label is not taken"
        case .invalid(let error): "\(error)"
        case .tooLarge(let limit): "longer than \(limit) bytes"
        case .unknownDocument: "there is no such document"
        case .notOwner: "only its owner amends a document"
        case .amendedMeanwhile(let current): "it was amended meanwhile: its newest version is \(current)"
        case .requestReused: "the request_id was used for another document"
        case .uploadEnded: "the upload has ended before"
        case .masterMissing(let name): "the master key \(name) is not at hand"
        case .keyExhausted(let owner): "the data key of \(owner.isEmpty ? "the node" : owner) has sealed all it may"
        case .damaged(let part): "\(part) is damaged"
        case .crypto(let error): "\(error)"
        case .storage(let error): "\(error)"
        }
    }

    /// Runs what only fails when OpenSSL does.
    static func crypto<T>(_ body: () throws(CryptoError) -> T) throws(RecordsError) -> T {
        do throws(CryptoError) { return try body() } catch { throw .crypto(error) }
    }

    /// Opens something sealed: when it does not open, `part` is damaged.
    static func opening<T>(_ part: String, _ body: () throws(CryptoError) -> T) throws(RecordsError) -> T {
        do throws(CryptoError) {
            return try body()
        } catch {
            throw error.reason == .authenticationFailed ? .damaged(part) : .crypto(error)
        }
    }

    /// Makes a value of the domain out of what came from outside.
    static func domain<T>(_ body: () throws(DomainError) -> T) throws(RecordsError) -> T {
        do throws(DomainError) { return try body() } catch { throw .invalid(error) }
    }

    /// Makes a value of the domain out of what is in the file.
    static func stored<T>(_ part: String, _ body: () throws(DomainError) -> T) throws(RecordsError) -> T {
        do throws(DomainError) { return try body() } catch { throw .damaged(part) }
    }
}
