package import SampanStorage

/// Why a resident was not signed in.
package enum SignInError: StorageFailure, Equatable {
    /// Too many wrong codes for this paper today. Told of papers that nobody has, too.
    case locked
    /// Too many codes were asked for: of this paper, or by this app.
    case tooMany(perPaper: Bool)
    /// The session is not, or no longer, open, or it is another app's: told apart by nothing.
    case noSession
    /// The patient index cannot be asked now.
    case indexUnavailable
    case records(RecordsError)

    package static func storage(_ error: StorageError) -> SignInError { .records(.storage(error)) }

    /// What the records' own parts throw within a transaction, in the words of signing in.
    static func unwrapped<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as RecordsError { throw SignInError.records(error) }
    }

    static func records<T>(_ body: () throws(RecordsError) -> T) throws(SignInError) -> T {
        do throws(RecordsError) { return try body() } catch { throw .records(error) }
    }
}
