import "./styles";
import "htmx.org";
import "./islands";
import { showCurrent } from "./shared/current";
import { tellWhatWasNotSent } from "./shared/unsent";

tellWhatWasNotSent();
showCurrent();
