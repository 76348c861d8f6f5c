// Every island, in alphabetical order. Maps load their heavy part only when they are seen.
import "./bar-plot";
import "./confirm-reason";
import "./copy-link";
import "./draft-keeper";
import "./footage-player";
import "./heat-plot";
import "./line-plot";
import "./live-follow";
import "./location-picker";
import "./map-view";
import "./patrol-timeline";
import "./photo-field";
import "./quick-look";
import "./redaction-editor";
import "./send-position";
import "./shortcut-keys";
import "./theme-switch";
