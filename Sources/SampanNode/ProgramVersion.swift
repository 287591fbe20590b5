/// Which edition of the program this is: told to the authority by nodes and by commands, and to people by `sampan --version`.
package enum ProgramVersion {
    package static let text = "0.1.0"
}
