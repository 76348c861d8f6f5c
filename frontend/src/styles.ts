// The order is the cascade: KERN below, then our tokens, base, layout and components.
import "./styles/kern.scss";
import "./styles/fonts.css";
import "./styles/tokens.scss";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/components/shell.css";
import "./styles/components/forms.css";
import "./styles/components/parts.css";
import "./styles/components/desk.css";
import "./styles/components/tables.css";
import "./styles/components/map.css";
import "./styles/components/plots.css";
import "./styles/components/patrols.css";
import "./styles/components/evidence.css";
import "./styles/components/dialogs.css";
import "./styles/components/phone.css";
import "./styles/components/print.css";
