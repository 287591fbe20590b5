/// Why the database did not do what it was asked. One type for the whole layer.
///
/// `message` names the file or the constraint, never a bound value, so it may be logged; it is not meant for the other side of a call.
package struct StorageError: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// Another process held the file for longer than the busy timeout. May be tried again.
        case busy
        /// The disk, or the configured maximum of pages, is full. Nothing of the write is kept.
        case full
        /// The file is damaged.
        case corrupt
        /// The file is something else than a SQLite database.
        case notADatabase
        /// The rows would have broken a rule of the schema.
        case constraint(Constraint)
        /// The operating system failed to read, write or sync.
        case io
        /// The file, its directory or this connection may not be written.
        case readOnly
        /// The file cannot be opened or made: directory missing, a directory in its place, no permission.
        case cannotOpen
        /// A newer program has migrated this file; this one would misread it.
        case newerSchema
        /// The file belongs to another service.
        case wrongSchema
        /// A column holds another type than was asked for, or text that is not UTF-8.
        case wrongType
        /// A defect of the calling code: wrong SQL, wrong number of values.
        case misuse
        /// The database is closing or closed.
        case closed
        /// The queue of waiting closures is full. Slow down and try again.
        case overloaded
        case other
    }

    package enum Constraint: Sendable, Equatable {
        case unique, primaryKey, foreignKey, notNull, check, trigger, other
    }

    package let kind: Kind
    /// SQLite's extended result code; 0 when the error did not come from SQLite.
    package let code: Int32
    package let message: String

    package init(kind: Kind, code: Int32 = 0, message: String) {
        self.kind = kind
        self.code = code
        self.message = message
    }
}

extension StorageError: CustomStringConvertible {
    package var description: String {
        code == 0 ? "storage \(kind): \(message)" : "storage \(kind) (SQLite \(code)): \(message)"
    }
}
