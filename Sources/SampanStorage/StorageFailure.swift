/// The error type of a store: its own refusals, and one case for a database that failed.
///
/// An enum with `case storage(StorageError)` conforms by declaring it.
package protocol StorageFailure: Error {
    static func storage(_ error: StorageError) -> Self
}

extension StorageError: StorageFailure {
    package static func storage(_ error: StorageError) -> StorageError { error }
}

extension StorageFailure {
    /// What a closure in a transaction threw, as its caller gets it.
    init(of error: any Error) {
        switch error {
        case let error as Self: self = error
        case let error as StorageError: self = .storage(error)
        default: self = .storage(StorageError(kind: .misuse, message: "a transaction threw \(type(of: error))"))
        }
    }
}
