// The version that reports and kept runs name.

package enum Version {
    package static let current = "0.1.0"
}
