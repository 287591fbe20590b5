package import SampanCrypto
package import SampanDomain
package import SampanStorage

/// Why nothing was given for research. No text here holds anything of a patient.
package enum ResearchError: StorageFailure, Equatable {
    /// A value that cannot be one.
    case invalid(DomainError)
    /// What was asked for is not open to who asked.
    case refused(ResearchRefusal)
    /// There is no such agreement, or no such opening.
    case unknown(String)
    /// Its number was used for something else before.
    case numberUsed(String)
    /// The export has more rows than one may have: a narrower scope is needed.
    case tooManyRows(limit: Int)
    /// Where the documents come from failed.
    case sourceFailed
    /// What is in the file is not what was put there: which part.
    case damaged(String)
    case crypto(CryptoError)
    case storage(StorageError)
}

extension ResearchError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalid(let error): "\(error)"
        case .refused(let refusal): "refused: \(refusal.rawValue)"
        case .unknown(let what): "there is no such \(what)"
        case .numberUsed(let what): "the number of this \(what) was used for another before"
        case .tooManyRows(let limit): "more than \(limit) rows; narrow the scope"
        case .sourceFailed: "documents cannot be read now"
        case .damaged(let part): "\(part) is damaged"
        case .crypto(let error): "\(error)"
        case .storage(let error): "\(error)"
        }
    }

    static func crypto<T>(_ body: () throws(CryptoError) -> T) throws(ResearchError) -> T {
        do throws(CryptoError) { return try body() } catch { throw .crypto(error) }
    }

    /// Makes a value of the domain out of what is in the file.
    static func stored<T>(_ part: String, _ body: () throws(DomainError) -> T) throws(ResearchError) -> T {
        do throws(DomainError) { return try body() } catch { throw .damaged(part) }
    }
}
